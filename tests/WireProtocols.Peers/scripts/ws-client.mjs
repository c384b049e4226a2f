// npm ws as an echo that comes again and again. usage: node ws-client.mjs ws://host:port/
import { require } from './packages.mjs';

const WebSocket = require('ws');
const url = process.argv[2];
let refusals = 0;
while (refusals < 3) {
  await new Promise(done => {
    const socket = new WebSocket(url, ['chat', 'superchat']);
    socket.on('open', () => { refusals = 0; });
    socket.on('message', (data, binary) => socket.send(data, { binary }));
    socket.on('error', error => { refusals = error.code === 'ECONNREFUSED' ? refusals + 1 : 0; });
    socket.on('close', done);
  });
}
