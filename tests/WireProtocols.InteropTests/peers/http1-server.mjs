// Echoes bodies with Node's http server, trailers included; prints its port.
import http from 'node:http';

const server = http.createServer((request, response) => {
  response.setHeader('Trailer', 'X-Sum, X-Length');
  let length = 0;
  request.on('data', (piece) => {
    length += piece.length;
    response.write(piece);
  });
  request.on('end', () => {
    response.addTrailers({ 'X-Sum': request.trailers['x-sum'] ?? '', 'X-Length': String(length) });
    response.end();
  });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
