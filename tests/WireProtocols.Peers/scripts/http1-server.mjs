// Node's http: GET, HEAD, POST that echoes its body, OPTIONS.
import http from 'node:http';
import { announce } from './packages.mjs';

const methods = 'GET, HEAD, POST, OPTIONS';
const server = http.createServer((request, response) => {
  if (request.method === 'POST') {
    const pieces = [];
    request.on('data', piece => pieces.push(piece));
    request.on('end', () => {
      const body = Buffer.concat(pieces);
      response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': body.length });
      response.end(body);
    });
  } else if (request.method === 'GET' || request.method === 'HEAD') {
    response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': 6 });
    response.end('hello\n');
  } else {
    response.writeHead(request.method === 'OPTIONS' ? 204 : 405, { Allow: methods });
    response.end();
  }
});
server.listen(0, '127.0.0.1', () => announce(server, 'http'));
