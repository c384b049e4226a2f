// npm ws as a server for a client that echoes: sends every kind of message to the one client that comes, and closes when all are back.
// usage: node ws-server.mjs [PERMESSAGE-DEFLATE OPTIONS AS JSON [LARGEST]]; prints its port, then what came back, a line each
import crypto from 'node:crypto';
import { WebSocketServer } from 'ws';

const largest = Number(process.argv[3] ?? 1_000_000);
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', maxPayload: 0, perMessageDeflate: JSON.parse(process.argv[2] ?? 'false') });
const messages = [
  { name: 'text', data: 'grüße, 世界, 🌍' },
  { name: 'empty', data: '' },
  { name: 'binary', data: crypto.randomBytes(1000) },
  { name: 'repetitive', data: 'to and fro, '.repeat(5000) },
  { name: 'repetitive again', data: 'to and fro, '.repeat(10) },
  { name: 'large', data: crypto.randomBytes(largest) },
  { name: 'large text', data: 'grüße, '.repeat(Math.floor(largest / 9)) },
];

server.on('listening', () => console.log(server.address().port));
server.on('connection', socket => {
  let received = 0;
  console.log(`extensions: ${socket.extensions}`);
  socket.on('message', (data, binary) => {
    const { name, data: sent } = messages[received++];
    console.log(binary === (typeof sent !== 'string') && Buffer.from(sent).equals(data) ? name : `${name} came back different`);
    if (received === messages.length) {
      socket.ping('still there?');
    }
  });
  socket.on('pong', data => {
    console.log(`pong ${data}`);
    socket.close(4002, 'all back');
  });
  socket.on('close', (code, reason) => {
    console.log(`closed with ${code} ${reason}`.trim());
    server.close();
  });
  messages.forEach(({ data }) => socket.send(data));
});
