// npm ws as an echo with permessage-deflate.
import { announce, require } from './packages.mjs';

const { WebSocketServer } = require('ws');
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: true, maxPayload: 32 * 1024 * 1024 });
server.on('connection', socket => {
  socket.on('error', () => {});
  socket.on('message', (data, binary) => socket.send(data, { binary }));
});
server.on('listening', () => announce(server, 'ws'));
