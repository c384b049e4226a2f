// The packages of the interop tests, which are installed there.
import { createRequire } from 'node:module';

export const require = createRequire(new URL('../../WireProtocols.InteropTests/peers/', import.meta.url));

// A client that is examined goes on, whatever is thrown at it.
export function survive() {
  process.on('uncaughtException', () => {});
  process.on('unhandledRejection', () => {});
}

// A server that listens says where, and ends with its input.
export function announce(server, scheme) {
  console.log(`${scheme}://127.0.0.1:${server.address().port}/`);
  process.stdin.on('end', () => process.exit(0)).resume();
}

// Posts what was seen; false where nobody listens any more.
export async function post(url, rows) {
  try {
    await fetch(new URL('/report', url), { method: 'POST', body: rows.map(row => JSON.stringify(row) + '\n').join('') });
    return true;
  } catch (error) {
    return error.cause?.code !== 'ECONNREFUSED';
  }
}
