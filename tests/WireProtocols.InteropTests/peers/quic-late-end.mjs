// A client of QUIC whose network loses what it has to so that the end of a stream comes with bytes that came before: "hello" arrives and its
// acknowledgement is lost, then the end of the stream is lost, and both are sent anew in one frame.
// usage: node quic-late-end.mjs HOST:UDP-PORT
import crypto from 'node:crypto';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { quiche } from '@matrixai/quic/native/index.js';

const [host, port] = process.argv[2].split(':');
const config = quiche.Config.withBoringSslCtx(false, false, null, null, null, null);
config.setApplicationProtos(['h3']);
config.setMaxIdleTimeout(30_000);
config.setInitialMaxData(1024 * 1024);
config.setInitialMaxStreamsUni(16);

const udp = dgram.createSocket('udp4');
udp.bind(0, '127.0.0.1');
await once(udp, 'listening');
const local = { host: '127.0.0.1', port: udp.address().port };
const remote = { host, port: Number(port) };
const quic = quiche.Connection.connect('localhost', crypto.randomBytes(20), local, remote, config);

function packets() {
  const all = [];
  for (;;) {
    const packet = Buffer.alloc(1500);
    let sent;
    try { sent = quic.send(packet); } catch { return all; }
    if (sent == null) return all;
    all.push(packet.subarray(0, sent[0]));
  }
}

const send = () => packets().forEach((packet) => udp.send(packet, remote.port, remote.host));

async function sendAgain() {
  await wait(Math.max(1, quic.timeout() ?? 1));
  quic.onTimeout();
  send();
}

let isDeaf = false;
udp.on('message', (packet) => {
  if (isDeaf) return;
  try { quic.recv(packet, { from: remote, to: local }); } catch { /* of no use */ }
  send();
});

send();
while (!quic.isEstablished()) await once(udp, 'message');
await wait(100);

// The first packet that comes back says that the bytes are there, and is not listened to.
isDeaf = true;
quic.streamSend(2, Buffer.from('hello'), false);
send();
await once(udp, 'message');
quic.streamSend(2, new Uint8Array(0), true);
packets();
isDeaf = false;
for (;;) await sendAgain();
