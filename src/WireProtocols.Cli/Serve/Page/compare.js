// The same messages over two transports: what each one adds to them, and how long a small message waits behind a large one.

import { Tap } from './tap.js';
import { encode } from './dissector.js';
import { envelope, messages } from './transports/rpc.js';
import { open } from './transports/webtransport.js';
import { payloadOf } from './charts.js';

/** A way there and back: `open(tap, served)` answers { send(bytes): promise of the echo, close() }. */
const WAYS = {
  'WebSocket': tap => webSocketWay(tap, '/ws/echo?deflate=off'),
  'WebSocket, compressed': tap => webSocketWay(tap, '/ws/echo'),
  'POST /echo': tap => fetchWay(tap, '/echo', {}),
  'gRPC-Web': tap => rpcWay(tap),
  'WebTransport streams': (tap, served) => streamWay(tap, served),
};

function webSocketWay(tap, path) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://${location.host}${tap.path(path)}`), waiting = [];
    socket.binaryType = 'arraybuffer';
    socket.onmessage = () => waiting.shift()();
    socket.onerror = () => reject(new Error('the WebSocket broke'));
    socket.onopen = () => resolve({
      send: bytes => new Promise(done => { waiting.push(done); socket.send(bytes); }),
      close: () => socket.close(1000),
    });
  });
}

const fetchWay = (tap, path, headers) => ({
  send: async body => { await (await fetch(tap.path(path), { method: 'POST', body, headers })).arrayBuffer(); },
  close() {},
});

const rpcWay = tap => ({
  async send(bytes) {
    const response = await fetch(tap.path('/wire.Echo/Unary'), { method: 'POST', body: envelope(bytes), headers: { 'content-type': 'application/grpc-web+proto', 'x-grpc-web': '1' } });
    for await (const message of messages(response.body)) if (message.isTrailers) return;
  },
  close() {},
});

async function streamWay(tap, served) {
  const session = open(served, tap.path('/echo'));
  session.closed.catch(() => {});
  await session.ready;
  return {
    async send(bytes) {
      const stream = await session.createBidirectionalStream(), writer = stream.writable.getWriter();
      const read = (async () => { for await (const piece of stream.readable) void piece; })();
      await writer.write(bytes);
      await writer.close();
      await read;
    },
    close: () => session.close(),
  };
}

export const compare = {
  id: 'compare', group: 'By hand', name: 'Side by side',
  about: 'The same messages over two transports, there and back: the bytes that each adds, the latency, and how long a small message waits behind a large one.',
  options: [
    { name: 'a', label: 'One', type: 'select', value: 'WebSocket', choices: Object.keys(WAYS) },
    { name: 'b', label: 'Other', type: 'select', value: 'POST /echo', choices: Object.keys(WAYS) },
    { name: 'count', label: 'Messages', type: 'number', value: '50' },
    { name: 'size', label: 'Bytes each', type: 'number', value: '64' },
    { name: 'large', label: 'Large message', type: 'number', value: '4', hint: 'MB' },
  ],
  async run({ options, signal, told, message, result, element }) {
    const served = await servedOf();
    const rows = [];
    for (const name of [options.a, options.b]) {
      if (signal.aborted) return;
      if (name.startsWith('WebTransport') && !served) throw new Error('WebTransport is not served; start with --webtransport-quic');
      rows.push(await measure(name, options, served, message, element));
      told(name, `${rows.at(-1).wire.toLocaleString('en')} bytes crossed the wire for ${rows.at(-1).payload.toLocaleString('en')} of payload`);
      result(tableOf(rows, options));
    }
  },
};

const servedOf = async () => {
  const there = (await (await fetch('/routes')).json()).some(route => route.path === '/webtransport');
  return there ? (await fetch('/webtransport')).json() : undefined;
};

async function measure(name, { count, size, large }, served, message, element) {
  let wire = 0, payload = 0;
  const seen = e => { wire += e.bytes.length; payload += payloadOf(e); element({ ...e, number: undefined, connection: `${e.connection} (${name})` }); };
  const tap = await new Tap({ element: seen, note() {} }).open();
  try {
    const way = await WAYS[name](tap, served), text = encode(textOf(Number(size) || 64)), times = [];
    await way.send(text);
    for (let i = 0; i < (Number(count) || 50); i++) {
      const begun = performance.now();
      await way.send(text);
      times.push(performance.now() - begun);
      message(times.at(-1));
    }
    await settled(() => wire);
    const bytes = { wire, payload, framing: wire - payload };
    const behind = await behindLarge(way, text, (Number(large) || 0) * 1e6, tap, name, served);
    way.close();
    times.sort((a, b) => a - b);
    return { name, ...bytes, messages: times.length + 1, median: times[times.length >> 1], p95: times[Math.floor(.95 * times.length)], behind };
  } finally {
    tap.close();
  }
}

/** How long a small message takes that is sent right behind a large one. Nobody watches that: its bytes are too many. */
async function behindLarge(way, text, length, tap, name, served) {
  if (length === 0) return undefined;
  const unwatched = { path: path => path };
  const other = await WAYS[name](unwatched, served);
  const big = other.send(new Uint8Array(length));
  const begun = performance.now();
  await other.send(text);
  const time = performance.now() - begun;
  await big;
  other.close();
  return time;
}

const textOf = size => 'All work and no play makes Jack a dull boy. '.repeat(Math.ceil(size / 44)).slice(0, size);

/** Waits until nothing more comes to be shown. */
async function settled(value) {
  for (let last; last !== value();) {
    last = value();
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

function tableOf(rows, { size, large }) {
  const table = document.createElement('table');
  table.createCaption().textContent = `${rows[0].messages} messages of ${size} bytes, there and back on one connection after the other`;
  const head = table.createTHead().insertRow();
  head.insertCell();
  for (const title of rows.map(row => row.name)) {
    const cell = document.createElement('th');
    cell.scope = 'col';
    cell.textContent = title;
    head.append(cell);
  }
  const milliseconds = value => (value === undefined ? '–' : `${value.toFixed(2)} ms`);
  const body = table.createTBody();
  for (const [title, value] of [
    ['bytes on the wire', row => row.wire.toLocaleString('en')],
    ['framing, heads included', row => row.framing.toLocaleString('en')],
    ['framing a message, both ways', row => (row.framing / row.messages).toFixed(1)],
    ['there and back, median', row => milliseconds(row.median)],
    ['there and back, 95 of 100', row => milliseconds(row.p95)],
    ...(Number(large) > 0 ? [[`a small one behind ${large} MB`, row => milliseconds(row.behind)]] : []),
  ]) {
    const line = body.insertRow(), name = document.createElement('th');
    name.scope = 'row';
    name.textContent = title;
    line.append(name, ...rows.map(row => Object.assign(document.createElement('td'), { textContent: value(row) })));
  }
  return table;
}
