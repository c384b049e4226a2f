// A server of wire.resume.v1 (docs/resume.md), written from that page alone: each session echoes its messages, with a number before. It listens on a
// port of its own at /resume, and takes orders on stdin: `ws off`, `sse off`, `poll off` (and on) refuse a transport, `drop` drops what there is,
// `forget` forgets the sessions, `retry MS` says RETRY and closes. `count` prints how many messages were taken, in order, over all sessions.

import http from 'node:http';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { WebSocketServer } from 'ws';

const TEXT = 1, BINARY = 2, ACK = 3, HELLO = 4, WELCOME = 5, GONE = 6, RETRY = 7, END = 8;
const off = new Set(), sessions = new Map(), sockets = new Set();
let taken = 0;

const number = value => {
  if (value < 64) return Buffer.from([value]);
  if (value < 16384) return Buffer.from([64 | value >> 8, value & 255]);
  const form = Buffer.alloc(4);
  form.writeUInt32BE((0x80000000 + value) >>> 0);
  return form;
};
const readNumber = from => {
  const length = 1 << (from[0] >> 6);
  let value = from[0] & 63;
  for (let i = 1; i < length; i++) value = value * 256 + from[i];
  return [value, from.subarray(length)];
};
const frame = (type, ...parts) => Buffer.concat([Buffer.from([type]), ...parts]);
const stream = frames => Buffer.concat(frames.flatMap(f => [number(f.length), f]));
const split = bytes => {
  const frames = [];
  for (let rest = bytes; rest.length > 0;) {
    const [length, more] = readNumber(rest);
    frames.push(more.subarray(0, length));
    rest = more.subarray(length);
  }
  return frames;
};

class Session {
  id = randomBytes(16); received = 0; last = 0; kept = []; link; waiting = [];
  welcome() { return frame(WELCOME, number(this.received), number(60), this.id); }
  above(above) { return this.kept.filter(m => m.number > above).map(m => frame(m.type, number(m.number), m.payload)); }
  say(type, payload) {
    this.kept.push({ number: ++this.last, type, payload });
    this.link?.(frame(type, number(this.last), payload));
    this.waiting.splice(0).forEach(wake => wake());
  }
  take(f) {
    const type = f[0], [first, rest] = type === END ? [0] : readNumber(f.subarray(1));
    if (type === ACK) this.kept = this.kept.filter(m => m.number > first);
    else if (type === END) sessions.delete(this.id.toString('hex'));
    else if (type === TEXT || type === BINARY) {
      if (first <= this.received) return;
      if (first !== this.received + 1) throw new Error(`message ${first} behind ${this.received}`);
      this.received = first;
      taken++;
      this.say(type, Buffer.concat([Buffer.from(`${first}:`), rest]));
    }
  }
}

/** The session that a HELLO asks for, and the frames that answer it. */
function open(hello) {
  if (hello[0] !== HELLO) throw new Error('no HELLO');
  const [received, id] = readNumber(hello.subarray(1));
  let session = id.length > 0 ? sessions.get(id.toString('hex')) : undefined;
  const answer = [];
  if (!session) {
    session = new Session();
    sessions.set(session.id.toString('hex'), session);
    if (id.length > 0) answer.push(frame(GONE, number(1)));
    answer.push(session.welcome());
  } else {
    session.kept = session.kept.filter(m => m.number > received);
    answer.push(session.welcome(), ...session.above(received));
  }
  return { session, answer };
}

const server = http.createServer((request, response) => {
  const url = new URL(request.url, 'http://a');
  response.setHeader('cache-control', 'no-store');
  response.setHeader('access-control-allow-origin', request.headers.origin ?? '*');
  response.setHeader('access-control-allow-headers', 'content-type, prefer');
  const refuse = () => response.writeHead(403).end();
  if (request.method === 'OPTIONS') return void response.writeHead(204).end();
  if (url.pathname !== '/resume') return void response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>a page</title>');
  if (request.method === 'GET') {
    if (off.has('sse')) return refuse();
    const { session, answer } = open(Buffer.from(url.searchParams.get('hello'), 'base64url'));
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const send = f => response.write(`data: ${f.toString('base64')}\n\n`);
    answer.forEach(send);
    session.link = send;
    request.on('close', () => { if (session.link === send) session.link = undefined; });
    return undefined;
  }
  const parts = [];
  request.on('data', part => parts.push(part));
  request.on('end', async () => {
    const [hello, ...frames] = split(Buffer.concat(parts)), wait = /wait=(\d+)/.exec(request.headers.prefer ?? '');
    const answer = bytes => response.writeHead(200, { 'content-type': 'application/wire-resume' }).end(bytes);
    if (off.has(wait ? 'poll' : 'post')) return refuse();
    const [received, id] = readNumber(hello.subarray(1)), known = sessions.get(id.toString('hex'));
    if (!wait) {
      if (!known) return answer(stream([frame(GONE, number(1))]));
      frames.forEach(f => known.take(f));
      return answer(stream([known.welcome()]));
    }
    if (known && known.kept.every(m => m.number <= received)) {
      await new Promise(resolve => { known.waiting.push(resolve); setTimeout(resolve, 1000 * wait[1]); request.on('close', () => {}); });
    }
    return answer(stream(open(hello).answer));
  });
  return undefined;
});
server.on('connection', socket => { sockets.add(socket); socket.on('close', () => sockets.delete(socket)); });

const webSockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'wire.resume.v1' });
server.on('upgrade', (request, socket, head) => {
  if (off.has('ws')) return void socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
  return webSockets.handleUpgrade(request, socket, head, ws => {
    let session;
    const send = f => ws.send(f);
    ws.on('message', data => {
      if (session) {
        session.take(data);
        return send(frame(ACK, number(session.received)));
      }
      const opened = open(data);
      session = opened.session;
      opened.answer.forEach(send);
      session.link = send;
      return undefined;
    });
    ws.on('close', () => { if (session?.link === send) session.link = undefined; });
    ws.on('error', () => {});
  });
});

const ORDERS = {
  drop: () => { for (const socket of sockets) socket.destroy(); },
  forget: () => sessions.clear(),
  retry: milliseconds => { for (const session of sessions.values()) session.link?.(frame(RETRY, number(Number(milliseconds)), number(0))); },
  count: () => console.log(`taken ${taken}`),
};
createInterface({ input: process.stdin }).on('line', line => {
  const [name, how] = line.split(' ');
  if (name in ORDERS) ORDERS[name](how);
  else if (how === 'off') off.add(name);
  else off.delete(name);
  console.log(`done ${line}`);
}).on('close', () => process.exit(0));

server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
