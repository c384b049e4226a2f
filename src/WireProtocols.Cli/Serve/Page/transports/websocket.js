// WebSockets: an echo, and a room.

import { comingBack } from '../backoff.js';
import { encode, hexOf, plural, quote } from '../dissector.js';

const text = { name: 'text', label: 'Message', type: 'text', value: 'Hello, 世界', wide: true };
const deflate = { name: 'deflate', label: 'permessage-deflate', type: 'check', value: '' };

export const webSocket = {
  id: 'ws', group: 'WebSocket', name: 'WebSocket echo',
  about: 'Frames both ways on one connection, which begins as a request of HTTP/1.1. The server sends every message back.',
  options: [
    text,
    deflate,
    { name: 'fragment', label: 'Echo in fragments of', type: 'number', value: '', hint: 'bytes', more: true },
    { name: 'ping', label: 'Server pings with', type: 'text', value: '', more: true },
    { name: 'code', label: 'Close code', type: 'number', value: '1000', more: true },
    { name: 'reason', label: 'Close reason', type: 'text', value: 'done', more: true },
  ],
  run: context => {
    const { fragment, ping } = context.options;
    return run(context, query('/ws/echo', { fragment, ping, deflate: context.options.deflate ? '' : 'off' }), true);
  },
};

export const chat = {
  id: 'chat', group: 'WebSocket', name: 'WebSocket chat',
  about: 'Every text goes to all who are in the room, encoded once. Open this page twice.',
  options: [text, deflate],
  run: context => run(context, query('/ws/chat', { deflate: context.options.deflate ? '' : 'off' }), false),
};

const query = (path, values) => {
  const given = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== ''));
  return given.size > 0 ? `${path}?${given}` : path;
};

const run = (context, path, isEcho) => comingBack(context, up => once(context, path, isEcho, up));

function once({ tap, options, signal, told, message, actions }, path, isEcho, up) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${tap.path(path)}`);
    const sent = [];
    socket.binaryType = 'arraybuffer';
    const send = data => { if (socket.readyState === 1) { sent.push(performance.now()); socket.send(data); } };
    const bytes = () => encode(options.text);
    socket.onopen = () => {
      up();
      told('open', `extensions: ${socket.extensions || 'none'}`);
      send(options.text);
    };
    actions([
      { label: 'Send text', first: true, run: () => send(options.text) },
      ...(isEcho ? [{ label: 'Send as binary', run: () => send(bytes()) }] : []),
      { label: 'Send 100', run: () => { for (let i = 1; i <= 100; i++) send(`${options.text} ${i}`); } },
      ...(isEcho ? [{ label: 'Close with code', run: () => close(socket, options, told) }] : []),
    ]);
    socket.onmessage = ({ data }) => {
      message(isEcho && sent.length > 0 ? performance.now() - sent.shift() : undefined);
      told('message', typeof data === 'string' ? quote(data) : `${plural(data.byteLength)}: ${hexOf(new Uint8Array(data.slice(0, 32)), ' ')}`);
    };
    socket.onclose = ({ code, reason, wasClean }) => {
      told('close', `${code}${reason && ` ${quote(reason)}`}${wasClean ? '' : ', not clean'}`, !wasClean);
      if (wasClean && code === 1000 || signal.aborted) resolve(true);
      else reject(new Error(wasClean ? `closed with ${code}` : 'the connection broke'));
    };
    signal.addEventListener('abort', () => socket.close(1000, 'Stop was pressed.'), { once: true });
  });
}

function close(socket, { code, reason }, told) {
  try {
    socket.close(Number(code), reason);
  } catch (error) {
    told('refused', error.message, true);
  }
}
