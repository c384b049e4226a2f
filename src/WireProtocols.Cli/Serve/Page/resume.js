// Frames of wire.resume.v1 (docs/resume.md): in messages of a WebSocket, and behind their lengths in the bodies of POSTs.

import { Fields, hexOf, plain, plural, quote, utf8 } from './dissector.js';

const NAMES = { 1: 'TEXT', 2: 'BINARY', 3: 'ACK', 4: 'HELLO', 5: 'WELCOME', 6: 'GONE', 7: 'RETRY', 8: 'END' };
const NUMBERS = {
  1: ['message number'], 2: ['message number'], 3: ['last message taken'], 4: ['last message received'], 5: ['last message received', 'seconds that the session is kept'],
  6: ['reason'], 7: ['delay in milliseconds', 'window in milliseconds'],
};
const TYPE = ['wire-resume §1', 'A frame is one byte that says what it is, and what belongs to it.'];
const NUMBER = ['wire-resume §1', 'A number is a variable-length integer of QUIC, in its shortest form.'];

/** A number at `at`, and how long it is. */
function numberAt(bytes, at) {
  const length = 1 << (bytes[at] >> 6);
  let value = bytes[at] & 63;
  for (let i = 1; i < length; i++) value = value * 256 + bytes[at + i];
  return { value, length };
}

/** The fields of a frame, and what it says. `more` goes to every field. */
export function frameOf(payload, more = {}) {
  const fields = new Fields(), type = payload[0], name = NAMES[type] ?? `type ${type}`;
  fields.add(Math.min(1, payload.length), 'frame', 'frame type', name, { rule: TYPE, ...more });
  let at = 1, says = name;
  for (const number of NUMBERS[type] ?? []) {
    if (at >= payload.length) break;
    const { value, length } = numberAt(payload, at);
    fields.add(Math.min(length, payload.length - at), 'frame', number, value, { rule: NUMBER, ...more });
    at += length;
    says += ` ${value}`;
  }
  const rest = payload.subarray(Math.min(at, payload.length));
  const isText = type === 1, isSession = type === 4 || type === 5;
  fields.add(rest.length, isSession ? 'value' : 'data', isSession ? 'session id' : 'message', isText ? plain(utf8(rest)) : hexOf(rest.subarray(0, 64)), { text: isText, ...more });
  if (isText) says += `: ${quote(utf8(rest))}`;
  else if (type === 2) says += `, ${plural(rest.length)}`;
  return { fields, says };
}

/** The frames of a body. */
export function* streamOfFrames(inner) {
  for (;;) {
    const first = yield 1, length = 1 << (first[0] >> 6), rest = length > 1 ? yield length - 1 : new Uint8Array();
    const { value } = numberAt(Uint8Array.from([...first, ...rest]), 0);
    const { fields, says } = frameOf(yield value);
    inner.emit(says, new Fields().add(length, 'frame', 'frame length', plural(value), { rule: ['wire-resume §5', 'In a stream, each frame stands behind its length.'] }).append(fields.list, value));
  }
}
