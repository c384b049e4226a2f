// Posts random bodies in random chunks to /echo with Node's http client and demands the same body and trailers back.
import http from 'node:http';
import crypto from 'node:crypto';

const [url, rounds] = [process.argv[2], Number(process.argv[3])];
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function post(body) {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method: 'POST', agent, headers: { Trailer: 'X-Sum' } }, (response) => {
      const pieces = [];
      response.on('data', (piece) => pieces.push(piece));
      response.on('end', () => resolve({ status: response.statusCode, body: Buffer.concat(pieces), trailers: response.trailers }));
      response.on('error', reject);
    });
    request.on('error', reject);
    for (let at = 0; at < body.length;) {
      const length = crypto.randomInt(1, 20000);
      request.write(body.subarray(at, at + length));
      at += length;
    }
    request.addTrailers({ 'X-Sum': String(body.length) });
    request.end();
  });
}

let good = 0;
for (let round = 0; round < rounds; round++) {
  const body = crypto.randomBytes(crypto.randomInt(0, 300000));
  const answer = await post(body);
  if (answer.status === 200 && answer.body.equals(body) && answer.trailers['x-sum'] === String(body.length)) good++;
}
agent.destroy();
console.log(`${good} bodies and trailers came back`);
