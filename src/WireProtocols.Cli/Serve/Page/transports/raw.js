// Bytes by hand: what no browser sends. The server sends them to itself as they are, and its codecs answer.

import { bytesOf, encode, hexOf, latin1, plural } from '../dissector.js';

const KEY = [0x37, 0xfa, 0x21, 0x3d];

/** A frame as a client sends it, unless something else is asked for. */
export function frame(first, text, { mask = true, length = undefined } = {}) {
  const payload = typeof text === 'string' ? encode(text) : Uint8Array.from(text);
  const size = length ?? (payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 255]);
  return [first, size[0] | (mask ? 128 : 0), ...size.slice(1), ...(mask ? KEY : []), ...payload.map((byte, i) => (mask ? byte ^ KEY[i & 3] : byte))];
}

const close = [0x03, 0xe8];
const SOCKET = {
  'A text': frame(0x81, 'Hello'),
  'A message in three fragments, a Ping between': [...frame(0x01, 'one '), ...frame(0x89, 'still there?'), ...frame(0x00, 'two '), ...frame(0x80, 'three')],
  'A Ping with a payload': frame(0x89, 'are you there?'),
  'A Close with code and reason': frame(0x88, [...close, ...encode('that is all')]),
  'Broken: not masked': frame(0x81, 'Hello', { mask: false }),
  'Broken: a reserved bit': frame(0xa1, 'Hello'),
  'Broken: a reserved opcode': frame(0x83, 'Hello'),
  'Broken: a length in more bytes than it needs': frame(0x81, 'Hello', { length: [126, 0, 5] }),
  'Broken: a length with its first bit set': frame(0x82, '', { length: [127, 128, 0, 0, 0, 0, 0, 0, 1] }),
  'Broken: a Ping in fragments': frame(0x09, 'Hello'),
  'Broken: a Ping of 126 bytes': frame(0x89, 'x'.repeat(126), { length: [126, 0, 126] }),
  'Broken: a continuation of nothing': frame(0x80, 'Hello'),
  'Broken: a new message inside of another one': [...frame(0x01, 'one'), ...frame(0x81, 'two')],
  'Broken: a text that is not UTF-8': frame(0x81, [0x48, 0x69, 0x20, 0xc3, 0x28]),
  'Broken: a Close of one byte': frame(0x88, [0x03]),
  'Broken: a close code that must not be sent': frame(0x88, [0x03, 0xed]),
};

const chunked = (body, more = '') => `Transfer-Encoding: chunked\r\n${more}\r\n${body}`;
const POST = {
  'Chunks with trailers': chunked('5;part=1\r\nHello\r\n7\r\n, world\r\n0\r\nChecksum: 1c291ca3\r\n\r\n', 'Trailer: Checksum\r\n'),
  'Broken: a chunk size that is no number': chunked('5\r\nHello\r\nxyz\r\n'),
  'Broken: a chunk longer than its size': chunked('5\r\nHello, world\r\n0\r\n\r\n'),
  'Broken: a chunk size too large for any number': chunked('fffffffffffffffff\r\nHello\r\n'),
  'Broken: two lengths': `Content-Length: 5\r\n${chunked('0\r\n\r\n')}`,
};

/** The head of a request for this kind of bytes. */
const heads = {
  ws: path => `GET ${path} HTTP/1.1\r\nHost: ${location.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n`,
  post: path => `POST ${path} HTTP/1.1\r\nHost: ${location.host}\r\n`,
};

export const presets = [
  ...Object.entries(SOCKET).map(([name, bytes]) => ({ name, kind: 'ws', hex: hexOf(bytes, ' ') })),
  ...Object.entries(POST).map(([name, text]) => ({ name, kind: 'post', hex: hexOf(encode(text), ' ') })),
];

export const raw = {
  id: 'raw', group: 'By hand', name: 'Bytes by hand',
  about: 'What no browser sends: fragments, trailers, broken frames. The server sends these bytes to itself; where a rule is broken, a caret shows the byte.',
  options: [
    { name: 'preset', label: 'Example', type: 'select', value: presets[4].name, choices: presets.map(p => p.name), wide: true },
    { name: 'hex', label: 'Bytes in hexadecimal', type: 'area', value: '' },
  ],
  /** An example fills in its bytes. */
  changed(options, name) {
    if (name === 'preset' || options.hex === '') options.hex = presetOf(options).hex;
  },
  run: context => new Promise(resolve => {
    const { tap, signal, told, message, actions, options } = context;
    const send = async () => {
      const { kind } = presetOf(options), bytes = bytesOf(options.hex);
      const head = encode(heads[kind](tap.path(kind === 'ws' ? '/ws/echo' : '/echo')));
      const body = new Uint8Array(head.length + bytes.length);
      body.set(head);
      body.set(bytes, head.length);
      const response = await fetch('/raw?wait=1500', { method: 'POST', body, signal, headers: { 'content-type': 'application/octet-stream' } });
      const answer = new Uint8Array(await response.arrayBuffer());
      message();
      const text = latin1(answer), status = text.split('\r\n')[0];
      told('answer', `${status}, ${plural(answer.length)} in all`);

      // A head that is no good is nobody's to watch: what is wrong stands in the answer alone.
      if (/ 4\d\d /.test(status)) told('because', text.slice(text.indexOf('\r\n\r\n') + 4).trim(), true);
    };
    const tried = () => send().catch(error => { if (!signal.aborted) told('error', error.message, true); });
    actions([{ label: 'Send', first: true, run: tried }]);
    tried();
    signal.addEventListener('abort', resolve, { once: true });
  }),
};

const presetOf = options => presets.find(p => p.name === options.preset) ?? presets[0];
