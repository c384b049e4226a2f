// undici's WebSocket, the one that Node.js and browsers' interface share, as a client of /ws/echo. It cannot send fragments, but gets them.
// usage: node undici-client.mjs ws://host:port/ws/echo LARGEST
import crypto from 'node:crypto';
import { WebSocket } from 'undici';

const [url, largest] = [process.argv[2], Number(process.argv[3])];
const sent = [
  ['text', 'grüße, 世界, 🌍'],
  ['empty', ''],
  ['binary', crypto.randomBytes(1000)],
  ['large', crypto.randomBytes(largest)],
  ['large text', 'é'.repeat(largest / 2)],
];

let received = 0;
const socket = new WebSocket(url);
socket.binaryType = 'arraybuffer';
socket.onopen = () => sent.forEach(([, data]) => socket.send(data));
socket.onerror = event => { throw event.error ?? new Error('the connection failed'); };
socket.onmessage = ({ data }) => {
  const [name, wanted] = sent[received++];
  const same = typeof wanted === 'string' ? wanted === data : data instanceof ArrayBuffer && Buffer.from(data).equals(wanted);
  if (!same) {
    throw new Error(`${name} came back different`);
  }
  if (received === sent.length) {
    socket.close(4001, 'done');
  }
};
socket.onclose = ({ code, wasClean }) => {
  if (received !== sent.length || code !== 4001 || !wasClean) {
    throw new Error(`closed with ${code} after ${received} messages`);
  }
  console.log(sent.map(([name]) => name).join('\n'));
};
