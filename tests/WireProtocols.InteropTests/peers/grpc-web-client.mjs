// The client of npm grpc-web, whose browser is npm xhr2, calls a server: `node grpc-web-client.mjs URL text|binary`. Prints a line a check.
import { createRequire } from 'node:module';
import xhr2 from 'xhr2';

globalThis.XMLHttpRequest = xhr2;
const grpc = createRequire(import.meta.url)('grpc-web');
const [url, format] = process.argv.slice(2);
const client = new grpc.GrpcWebClientBase({ format });
const describe = (name, type) => new grpc.MethodDescriptor(`/wire.Echo/${name}`, type, Uint8Array, Uint8Array, (m) => m, (b) => new Uint8Array(b));
const unary = describe('Unary', grpc.MethodType.UNARY);
const streaming = describe('ServerStreaming', grpc.MethodType.SERVER_STREAMING);
const message = Uint8Array.from({ length: 5000 }, (_, i) => i & 127);
const isSame = (other) => other.length === message.length && message.every((b, i) => b === other[i]);
const check = (name, holds) => {
  console.log(`${holds ? 'ok' : 'FAIL'} ${name}`);
  process.exitCode ||= holds ? 0 : 1;
};
const call = (metadata) => new Promise((resolve) => {
  client.rpcCall(`${url}/wire.Echo/Unary`, message, metadata, unary, (error, response) => resolve({ error, response }));
});

const { error, response } = await call({});
check('unary', !error && isSame(response));
const refused = await call({ 'echo-status': '8', 'echo-message': '100 percent' });
check('error', refused.error?.code === 8 && refused.error.message === '100 percent');

if (format === 'text') {
  // The binary form has no streams in browsers.
  const counted = await new Promise((resolve, reject) => {
    let count = 0;
    const stream = client.serverStreaming(`${url}/wire.Echo/ServerStreaming`, message, { 'echo-repeat': '5' }, streaming);
    stream.on('data', (data) => (count += isSame(data) ? 1 : 100));
    stream.on('error', reject);
    stream.on('end', () => resolve(count));
  });
  check('server streaming', counted === 5);
}
