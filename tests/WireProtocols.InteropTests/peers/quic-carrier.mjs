// Carries QUIC connections for `wire serve --webtransport PORT`: this process has UDP, TLS and QUIC (npm @matrixai/quic), the tool has every
// byte of HTTP/3 and WebTransport. Each QUIC connection crosses a TCP connection of its own to 127.0.0.1:PORT in messages of four QUIC
// varints (kind, stream id, value, length) and a payload:
//   0 open (value: largest datagram)   1 stream   2 stream, and its end   3 datagram
//   4 reset (value: code)   5 stop sending (value: code)   6 close (value: code, payload: reason)
//   7 taken (value: bytes of a stream that have gone into QUIC)   8 pause, 9 resume: whether a stream is read
// The stream id of open is 1: this carrier has 7 to 9.
// usage: node quic-carrier.mjs UDP-PORT PORT CERT.PEM KEY.PEM [CAPTURE.JSON]
//   UDP-PORT 0 picks a free one. CERT.PEM: ECDSA P-256, valid for at most 14 days, so that a browser takes it by its hash:
//   openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 13 -subj /CN=localhost -keyout KEY.PEM -out CERT.PEM
//   CAPTURE.JSON: where to write what crosses each connection, when the carrier is told to stop.
// usage: node quic-carrier.mjs connect HOST:UDP-PORT PORT
//   The other way round, for `wire conform --subject webtransport --carrier PORT`: each TCP connection that comes to PORT (0 picks a free one) is a new
//   QUIC connection to HOST:UDP-PORT. Any certificate is taken.
import crypto from 'node:crypto';
import dgram from 'node:dgram';
import fs from 'node:fs';
import net from 'node:net';
import { quiche } from '@matrixai/quic/native/index.js';

const isClient = process.argv[2] === 'connect';
const [udpPort, tcpPort, certFile, keyFile, captureFile] = isClient ? [0, process.argv[4]] : process.argv.slice(2);
const OPEN = 0, STREAM = 1, STREAM_END = 2, DATAGRAM = 3, RESET = 4, STOP_SENDING = 5, CLOSE = 6, TAKEN = 7, PAUSE = 8, RESUME = 9;
const READ = 0, WRITE = 1;
const MAX_WAITING = 8 * 1024 * 1024;
const MAX_REMEMBERED = 1024;
const LOOK_FOR_ENDS_MS = 20;

const certificate = isClient ? null : fs.readFileSync(certFile);
const config = isClient ? quiche.Config.withBoringSslCtx(false, false, null, null, null, null)
  : quiche.Config.withBoringSslCtx(false, false, null, [fs.readFileSync(keyFile)], [certificate], null);
config.setApplicationProtos(['h3']);
config.setMaxIdleTimeout(30_000);
config.setMaxRecvUdpPayloadSize(1500);
config.setMaxSendUdpPayloadSize(1350);
config.setInitialMaxData(16 * 1024 * 1024);
config.setInitialMaxStreamDataBidiLocal(1024 * 1024);
config.setInitialMaxStreamDataBidiRemote(1024 * 1024);
config.setInitialMaxStreamDataUni(1024 * 1024);
config.setInitialMaxStreamsBidi(256);
config.setInitialMaxStreamsUni(256);
config.enableDgram(true, 20_000, 20_000);

function varint(value) {
  const big = BigInt(value);
  const length = big < 1n << 6n ? 1 : big < 1n << 14n ? 2 : big < 1n << 30n ? 4 : 8;
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(big | (BigInt(Math.log2(length)) << BigInt(8 * length - 2)));
  return bytes.subarray(8 - length);
}

function readVarint(bytes, at) {
  if (at >= bytes.length) return null;
  const length = 1 << (bytes[at] >> 6);
  if (at + length > bytes.length) return null;
  let value = BigInt(bytes[at] & 0x3f);
  for (let i = 1; i < length; i++) value = (value << 8n) | BigInt(bytes[at + i]);
  return [Number(value), at + length];
}

// The code in the message of an error such as StreamReset(42), or NaN.
const codeOf = (error, name) => Number(new RegExp(`${name}\\((\\d+)\\)`).exec(error.message)?.[1]);

class Connection {
  constructor(quic, tcp = null) {
    this.quic = quic;
    this.tcp = tcp;
    this.isOpen = false;
    this.sending = new Map(); // stream id -> [[bytes, end], …]
    this.datagrams = [];
    this.waiting = 0; // bytes in sending
    this.stopped = new Set();
    this.paused = new Set();
    this.received = new Set(); // streams whose end or reset has been told
    this.unended = new Set(); // streams of which something has been told, and no end yet
    this.sweepAt = MAX_REMEMBERED;
    this.input = Buffer.alloc(0);
    this.captured = [];
  }

  // Everything that quiche has for the tool, and everything that it has for the network.
  pump() {
    if (!this.isOpen && (this.quic.isEstablished() || this.quic.isInEarlyData())) this.open();
    if (this.isOpen) {
      this.receiveStreams();
      this.receiveDatagrams();
      this.noticeStops();
      this.send();
      const error = this.quic.peerError();
      if (error && !this.closed) {
        this.closed = true;
        this.tell(CLOSE, 0, error.errorCode, Buffer.from(error.reason));
      }
    }
    this.flush();
    this.sweep();
    if (this.unended.size > 0) this.looking ??= setTimeout(() => this.lookForEnds(), LOOK_FOR_ENDS_MS);
  }

  // Where bytes that have been read are sent anew, and only now with the end of their stream behind them, quiche knows the end but has no
  // news of it: it drops the frame, and the stream does not become readable.
  lookForEnds() {
    this.looking = null;
    for (const id of this.unended) {
      if (this.quic.streamFinished(id)) this.tellEnd(id);
    }
  }

  // Once much is remembered, what quiche has let go is forgotten.
  sweep() {
    const sets = [this.stopped, this.paused, this.received];
    const count = () => sets.reduce((sum, set) => sum + set.size, 0);
    if (count() < this.sweepAt) return;
    for (const set of sets) for (const id of set) if (!this.knows(id)) set.delete(id);
    this.sweepAt = Math.max(MAX_REMEMBERED, 2 * count());
  }

  // Whether a stream is one that is not over, or waits to be opened.
  knows(id) {
    if (this.sending.has(id)) return true;
    try {
      this.quic.streamCapacity(id);
      return true;
    } catch (error) {
      return !/InvalidStreamState/.test(error.message);
    }
  }

  open() {
    this.isOpen = true;
    this.tcp ??= net.connect(Number(tcpPort), '127.0.0.1');
    this.tcp.setNoDelay(true);
    this.tcp.on('data', (bytes) => this.onTool(bytes));
    this.tcp.on('drain', () => this.pump());
    this.tcp.on('error', () => {});
    this.tcp.on('close', () => {
      try { this.quic.close(true, 0x100, new Uint8Array()); } catch { /* closed already */ }
      this.flush();
    });
    this.tell(OPEN, 1, this.quic.dgramMaxWritableLen() ?? 0);
  }

  tell(kind, id, value, payload = Buffer.alloc(0)) {
    this.capture('peer->net', kind, id, value, payload);
    this.tcp.write(Buffer.concat([varint(kind), varint(id), varint(value), varint(payload.length), payload]));
  }

  capture(dir, kind, id, value, payload) {
    if (!captureFile || kind > CLOSE) return;
    const kinds = ['ESTABLISHED', 'STREAM', 'STREAM+FIN', 'DATAGRAM', 'RESET', 'STOP', 'CLOSE'];
    const event = { dir, kind: kinds[kind] };
    if (kind === OPEN) event.max_datagram = value;
    if ([STREAM, STREAM_END, RESET, STOP_SENDING].includes(kind)) event.stream = id;
    if ([RESET, STOP_SENDING, CLOSE].includes(kind)) event.code = value;
    if ([STREAM, STREAM_END, DATAGRAM].includes(kind)) event.hex = Buffer.from(payload).toString('hex');
    this.captured.push(event);
  }

  receiveStreams() {
    const buffer = new Uint8Array(64 * 1024);
    for (const id of this.quic.readable()) {
      if (this.received.has(id)) this.drain(id, buffer);
      if (this.received.has(id)) continue;
      if (this.paused.has(id)) {
        this.lookForReset(id);
        continue;
      }
      // While the tool does not read, neither does QUIC, and its flow control holds the peer.
      while (!this.tcp.writableNeedDrain) {
        let received;
        try {
          received = this.quic.streamRecv(id, buffer);
        } catch (error) {
          const code = codeOf(error, 'StreamReset');
          if (!Number.isNaN(code)) this.tellReset(id, code);
          break;
        }
        if (received == null) break;
        const [length, end] = received;
        const bytes = Buffer.from(buffer.subarray(0, length));
        if (end) {
          this.tellEnd(id, bytes);
          break;
        }
        if (length > 0) {
          this.unended.add(id);
          this.tell(STREAM, id, 0, bytes);
        }
      }
    }
  }

  // The reset of a stream that is paused is told at once. Nothing is taken where there is no room for a byte.
  lookForReset(id) {
    try {
      if (this.quic.streamRecv(id, new Uint8Array(0))?.[1]) this.tellEnd(id);
    } catch (error) {
      const code = codeOf(error, 'StreamReset');
      if (!Number.isNaN(code)) this.tellReset(id, code);
    }
  }

  // quiche lets a stream go when what came after its stop has been read too.
  drain(id, buffer) {
    try { while (this.quic.streamRecv(id, buffer) != null); } catch { /* it is over */ }
  }

  tellEnd(id, bytes) {
    this.unended.delete(id);
    this.received.add(id);
    this.tell(STREAM_END, id, 0, bytes);
  }

  tellReset(id, code) {
    if (this.received.has(id)) return;
    this.unended.delete(id);
    this.received.add(id);
    this.tell(RESET, id, code);
  }

  tellStop(id, error) {
    const code = codeOf(error, 'StreamStopped');
    if (Number.isNaN(code) || this.stopped.has(id)) return;
    this.stopped.add(id);
    this.tell(STOP_SENDING, id, code);
  }

  // While the tool does not read, datagrams are lost, as they may be.
  receiveDatagrams() {
    for (;;) {
      let datagram;
      try { datagram = this.quic.dgramRecvVec(); } catch { return; }
      if (datagram == null) return;
      if (!this.tcp.writableNeedDrain) this.tell(DATAGRAM, 0, 0, Buffer.from(datagram));
    }
  }

  noticeStops() {
    for (const id of this.quic.writable()) {
      if (this.stopped.has(id)) continue;
      try {
        this.quic.streamCapacity(id);
      } catch (error) {
        if (Number.isNaN(codeOf(error, 'StreamStopped'))) continue;
        this.drop(id);
        this.tellStop(id, error);
      }
    }
  }

  onTool(bytes) {
    this.input = Buffer.concat([this.input, bytes]);
    for (let message; (message = this.take()); ) {
      this.capture('net->peer', message.kind, message.id, message.value, message.payload);
      this.obey(message);
    }
    if (this.waiting > MAX_WAITING) this.tcp.pause();
    this.pump();
  }

  take() {
    const values = [];
    let at = 0;
    for (let i = 0; i < 4; i++) {
      const read = readVarint(this.input, at);
      if (!read) return null;
      values.push(read[0]);
      at = read[1];
    }
    const [kind, id, value, length] = values;
    if (this.input.length - at < length) return null;
    const payload = this.input.subarray(at, at + length);
    this.input = this.input.subarray(at + length);
    return { kind, id, value, payload };
  }

  obey({ kind, id, value, payload }) {
    try {
      if (kind === STREAM || kind === STREAM_END) {
        if (!this.sending.has(id)) this.sending.set(id, []);
        this.sending.get(id).push([Buffer.from(payload), kind === STREAM_END]);
        this.waiting += payload.length;
      } else if (kind === DATAGRAM) {
        this.datagrams.push(Buffer.from(payload));
      } else if (kind === RESET) {
        // Without RESET_STREAM_AT what is on the way may be lost; what can go first does.
        this.sendOn(id);
        this.drop(id);
        this.quic.streamShutdown(id, WRITE, value);
      } else if (kind === STOP_SENDING) {
        if (!this.knows(id)) return;
        this.quic.streamShutdown(id, READ, value);
        // quiche does not tell of the reset that answers this.
        this.tellReset(id, value);
      } else if (kind === PAUSE) {
        if (this.knows(id)) this.paused.add(id);
      } else if (kind === RESUME) {
        this.paused.delete(id);
      } else if (kind === CLOSE) {
        this.quic.close(true, value, new Uint8Array(payload));
      }
    } catch { /* the stream or the connection is over */ }
  }

  send() {
    for (const id of [...this.sending.keys()]) this.sendOn(id);
    while (this.datagrams.length > 0 && !this.quic.isDgramSendQueueFull()) {
      try { this.quic.dgramSend(this.datagrams[0]); } catch { /* too large, or no datagrams: lost */ }
      this.datagrams.shift();
    }
    if (this.waiting <= MAX_WAITING / 2 && this.tcp.isPaused()) this.tcp.resume();
  }

  sendOn(id) {
    const queue = this.sending.get(id);
    while (queue?.length > 0) {
      const [bytes, end] = queue[0];
      let sent;
      try {
        sent = this.quic.streamSend(id, bytes, end);
      } catch (error) {
        // The peer allows no more streams for now; anything else is the end of this one.
        if (!/StreamLimit/.test(error.message)) this.drop(id);
        this.tellStop(id, error);
        return;
      }
      if (sent == null) return;
      this.waiting -= sent;
      if (sent > 0) this.tell(TAKEN, id, sent);
      if (sent < bytes.length) {
        queue[0] = [bytes.subarray(sent), end];
        return;
      }
      queue.shift();
    }
    this.sending.delete(id);
  }

  drop(id) {
    for (const [bytes] of this.sending.get(id) ?? []) this.waiting -= bytes.length;
    this.sending.delete(id);
  }

  flush() {
    const packet = Buffer.alloc(1500);
    for (;;) {
      let sent;
      try { sent = this.quic.send(packet); } catch { break; }
      if (sent == null) break;
      const [length, { to }] = sent;
      udp.send(Buffer.from(packet.subarray(0, length)), to.port, to.host);
    }
    clearTimeout(this.timer);
    const timeout = this.quic.timeout();
    if (timeout != null) this.timer = setTimeout(() => { this.quic.onTimeout(); this.pump(); }, Math.max(1, timeout));
    if (this.quic.isClosed()) {
      clearTimeout(this.timer);
      clearTimeout(this.looking);
      this.unended.clear();
      this.tcp?.end();
      for (const [id, connection] of connections) if (connection === this) connections.delete(id);
    }
  }
}

const connections = new Map();
const sessions = [];
const udp = dgram.createSocket('udp4');
udp.on('message', (packet, from) => {
  const local = { host: '127.0.0.1', port: udp.address().port };
  const remote = { host: from.address, port: from.port };
  let header;
  try { header = quiche.Header.fromSlice(packet, 20); } catch { return; }
  const id = Buffer.from(header.dcid).toString('hex');
  let connection = connections.get(id);
  if (!connection) {
    if (header.ty !== 0) return;
    const ours = crypto.randomBytes(20);
    connection = new Connection(quiche.Connection.accept(ours, null, local, remote, config));
    connections.set(id, connection);
    connections.set(ours.toString('hex'), connection);
    sessions.push(connection);
  }
  try { connection.quic.recv(packet, { from: remote, to: local }); } catch { /* not for us, or of no use */ }
  connection.pump();
});

function stop() {
  if (captureFile) fs.writeFileSync(captureFile, JSON.stringify({ sessions: sessions.map((c) => ({ events: c.captured })) }));
  process.exit(0);
}
process.on('SIGINT', stop);
process.on('SIGTERM', stop);

// The connections of a client: their TCP connection is there first.
function dial(tcp) {
  const [host, port] = process.argv[3].split(':');
  const local = { host: '127.0.0.1', port: udp.address().port };
  const ours = crypto.randomBytes(20);
  tcp.on('error', () => {});
  const connection = new Connection(quiche.Connection.connect('localhost', ours, local, { host, port: Number(port) }, config), tcp);
  connections.set(ours.toString('hex'), connection);
  connection.pump();
}

udp.bind(Number(udpPort), '127.0.0.1', () => {
  if (isClient) {
    const server = net.createServer(dial);
    server.listen(Number(tcpPort), '127.0.0.1', () => console.log(`Carrying port ${server.address().port} to udp://${process.argv[3]}`));
    return;
  }
  const hash = new crypto.X509Certificate(certificate).fingerprint256.replaceAll(':', '').toLowerCase();
  console.log(`Carrying udp://127.0.0.1:${udp.address().port} to port ${tcpPort}; certificate ${hash}`);
});
