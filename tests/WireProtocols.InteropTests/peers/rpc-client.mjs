// Clients of @connectrpc/connect-node call a server: `node rpc-client.mjs URL connect|connect-json|grpc-web|grpc [gzip]`. Prints a line a check.
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { compressionGzip, createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { Echo } from './rpc-echo.mjs';

const [baseUrl, way, compression] = process.argv.slice(2);
const options = {
  baseUrl,
  httpVersion: way === 'grpc' ? '2' : '1.1',
  useBinaryFormat: way !== 'connect-json',
  sendCompression: compression === 'gzip' ? compressionGzip : undefined,
  useHttpGet: false,
};
const transport = way === 'grpc' ? createGrpcTransport(options)
  : way === 'grpc-web' ? createGrpcWebTransport(options) : createConnectTransport(options);
const client = createClient(Echo, transport);
const bytes = (length) => ({ value: Uint8Array.from({ length }, (_, i) => i & 127) });
const isSame = (message, length) => message.value.length === length && message.value.every((b, i) => b === (i & 127));
const check = (name, holds) => {
  console.log(`${holds ? 'ok' : 'FAIL'} ${name}`);
  process.exitCode ||= holds ? 0 : 1;
};

let trailer;
const unary = await client.unary(bytes(50000), { headers: { 'echo-id': '42' }, onTrailer: (t) => (trailer = t) });
check('unary', isSame(unary, 50000));
check('trailer', trailer.get('echo-id') === '42');

let count = 0;
for await (const message of client.serverStreaming(bytes(3), { headers: { 'echo-repeat': '5' } })) {
  count += isSame(message, 3) ? 1 : 100;
}

check('server streaming', count === 5);

async function* three() {
  for (let i = 0; i < 3; i++) {
    yield bytes(10);
  }
}

// Messages one behind the other are one message in protocol buffers, and of a field the last counts.
const joined = way === 'connect-json' ? undefined : await client.clientStreaming(three());
check('client streaming', joined === undefined || isSame(joined, 10));
count = 0;
for await (const message of client.bidirectional(three())) {
  count += isSame(message, 10) ? 1 : 100;
}

check('bidirectional', count === 3);

for (const [name, call] of [
  ['unary', (headers) => client.unary(bytes(1), { headers })],
  ['stream', async (headers) => { for await (const _ of client.serverStreaming(bytes(1), { headers })) { /* nothing comes */ } }],
]) {
  try {
    await call({ 'echo-status': '8', 'echo-message': '100 percent' });
    check(`error of a ${name}`, false);
  } catch (error) {
    check(`error of a ${name}`, error instanceof ConnectError && error.code === Code.ResourceExhausted && error.rawMessage === '100 percent');
  }
}

if (way.startsWith('connect')) {
  const get = createClient(Echo, createConnectTransport({ ...options, useHttpGet: true }));
  check('get', isSame(await get.unary(bytes(100)), 100));
}
