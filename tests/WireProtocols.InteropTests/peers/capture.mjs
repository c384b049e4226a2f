// Writes what npm ws sends after its handshake to a file: the sample that README decodes.
// usage: node capture.mjs ../../../samples/npm-ws-client.bin
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import net from 'node:net';
import WebSocket from 'ws';

const sent = [];
const server = net.createServer(socket => {
  let head = Buffer.alloc(0);
  let upgraded = false;
  socket.on('data', data => {
    if (upgraded) {
      sent.push(data);
      return;
    }
    head = Buffer.concat([head, data]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) {
      return;
    }
    upgraded = true;
    const key = /^sec-websocket-key: *(.*)\r$/im.exec(head.toString('latin1'))[1];
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
    sent.push(head.subarray(end + 4));
  });
  socket.on('end', () => socket.end());
});

server.listen(0, '127.0.0.1', () => {
  const client = new WebSocket(`ws://127.0.0.1:${server.address().port}/`, { perMessageDeflate: false });
  client.on('open', () => {
    client.send('Hello from npm ws, 世界');
    client.close(1000, 'bye');
    // This server answers no Close; the client has said all it has to say.
    setImmediate(() => client._socket.end());
  });
  client.on('close', () => {
    server.close();
    writeFileSync(process.argv[2], Buffer.concat(sent));
  });
});
