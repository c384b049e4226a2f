// npm ws as a client of /ws/echo: every kind of message, on as many connections as asked.
// usage: node ws-client.mjs ws://host:port/ws/echo CONNECTIONS LARGEST [PERMESSAGE-DEFLATE OPTIONS AS JSON]
import crypto from 'node:crypto';
import WebSocket from 'ws';

const [url, connections, largest] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const perMessageDeflate = JSON.parse(process.argv[5] ?? 'false');

function messages(index) {
  return [
    { name: 'text', parts: [`message of ${index}: grüße, 世界, 🌍`], binary: false },
    { name: 'empty', parts: [''], binary: false },
    { name: 'binary', parts: [crypto.randomBytes(1000)], binary: true },
    { name: 'fragmented', parts: ['one ', '', `two ${index} `, 'three'], binary: false },
    { name: 'large', parts: [crypto.randomBytes(largest)], binary: true },
    { name: 'repetitive', parts: ['to and fro, '.repeat(5000)], binary: false },
    { name: 'repetitive again', parts: ['to and fro, '.repeat(10), 'and again'], binary: false },
    { name: 'large text', parts: ['grüße, '.repeat(Math.floor(largest / 9))], binary: false },
    { name: 'large fragmented', parts: [crypto.randomBytes(largest / 2), crypto.randomBytes(largest / 2)], binary: true },
  ];
}

function echo(index) {
  return new Promise((resolve, reject) => {
    const sent = messages(index);
    const socket = new WebSocket(url, { perMessageDeflate, maxPayload: 0 });
    let received = 0;
    let extensions = '';
    let pongs = 0;
    socket.on('error', reject);
    socket.on('open', () => {
      extensions = socket.extensions;
      for (const { parts, binary } of sent) {
        parts.forEach((part, i) => socket.send(part, { binary, fin: i === parts.length - 1 }));
      }
      socket.ping('are you there?');
    });
    socket.on('pong', data => { pongs += data.toString() === 'are you there?' ? 1 : 0; });
    socket.on('message', (data, binary) => {
      const { name, parts, binary: wanted } = sent[received++];
      const whole = Buffer.concat(parts.map(part => Buffer.from(part)));
      if (binary !== wanted || !whole.equals(data)) {
        reject(new Error(`${name} came back different: ${data.length} bytes of ${whole.length}`));
      }
      if (received === sent.length) {
        socket.close(4001, 'done');
      }
    });
    socket.on('close', code => {
      if (received !== sent.length || pongs !== 1 || code !== 4001) {
        reject(new Error(`closed with ${code} after ${received} messages and ${pongs} pongs`));
      }
      resolve([extensions, ...sent.map(message => message.name)]);
    });
  });
}

const all = await Promise.all(Array.from({ length: connections }, (_, index) => echo(index)));
console.log(`${all.length} connections`);
console.log(all[0].filter(name => name).join('\n'));
