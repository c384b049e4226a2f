// A server of @connectrpc/connect-node: `node rpc-server.mjs 1|2` for HTTP/1.1 or HTTP/2. Prints its port, and goes on until stdin ends.
import http from 'node:http';
import http2 from 'node:http2';
import { Code, ConnectError } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { Echo } from './rpc-echo.mjs';

const handler = connectNodeAdapter({
  routes: (router) => router.service(Echo, {
    unary(request, context) {
      if (request.value.length === 0) {
        throw new ConnectError('100% empty\n€', Code.FailedPrecondition, { why: 'no bytes' });
      }

      context.responseTrailer.set('seen', context.requestHeader.get('acme-id') ?? 'nothing');
      return { value: request.value };
    },
    async clientStreaming(requests) {
      const all = [];
      for await (const request of requests) {
        all.push(...request.value);
      }

      return { value: Uint8Array.from(all) };
    },
    async *serverStreaming(request) {
      for (let i = 0; i < 3; i++) {
        yield { value: request.value };
      }
    },
    async *bidirectional(requests) {
      for await (const request of requests) {
        yield { value: request.value };
      }
    },
  }),
});
const server = process.argv[2] === '2' ? http2.createServer(handler) : http.createServer(handler);
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
