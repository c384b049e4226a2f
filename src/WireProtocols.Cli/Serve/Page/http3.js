// WebTransport over HTTP/3: what stands on the streams and in the datagrams of QUIC, whose own packets are encrypted and not shown.

import { Fields, PEEK, SOME, hexOf, plain, plural, quote, utf8 } from './dissector.js';

const FRAMES = { 0: 'DATA', 1: 'HEADERS', 3: 'CANCEL_PUSH', 4: 'SETTINGS', 5: 'PUSH_PROMISE', 7: 'GOAWAY', 13: 'MAX_PUSH_ID' };
const STREAMS = { 0: 'control stream', 2: 'QPACK encoder stream', 3: 'QPACK decoder stream', 0x54: 'WebTransport stream' };
const SETTINGS = {
  1: 'QPACK_MAX_TABLE_CAPACITY', 6: 'MAX_FIELD_SECTION_SIZE', 7: 'QPACK_BLOCKED_STREAMS', 8: 'ENABLE_CONNECT_PROTOCOL', 0x33: 'H3_DATAGRAM',
  0x2b603742: 'SETTINGS_ENABLE_WEBTRANSPORT (draft)', 0xc671706a: 'WEBTRANSPORT_MAX_SESSIONS (draft 07)', 0x14e9cd29: 'WT_MAX_SESSIONS (draft)',
  0xffd277: 'H3_DATAGRAM (draft 04)', 0x2c7cf000: 'WT_ENABLED (draft 15)',
};
const CAPSULES = { 0: 'DATAGRAM', 0x2843: 'WT_CLOSE_SESSION', 0x78ae: 'WT_DRAIN_SESSION' };
const VARINT = ['RFC 9000 §16', 'The two most significant bits of the first byte say how long the number is: 1, 2, 4 or 8 bytes.'];
const SESSION = ['draft-ietf-webtrans-http3 §4', 'A stream of a session begins with a type and the session that it belongs to.'];

const isReserved = value => (value - 0x21) % 0x1f === 0;
const nameOf = (names, value, what) => names[value] ?? (isReserved(value) ? `reserved ${what}, which means nothing` : `${what} of type 0x${value.toString(16)}`);

/** What an application's code of 32 bits is as a code of HTTP/3 (draft-ietf-webtrans-http3 §4.4), turned back. */
export function codeOf(text) {
  const shifted = Number(text) - 0x52e4a40fa8db;
  return shifted < 0 || shifted > 0x1084210841f ? text : `${shifted - Math.floor(shifted / 0x1f)} (0x${Number(text).toString(16)} in HTTP/3)`;
}

/** A number and its bytes. */
function* varint() {
  const first = (yield 1)[0], length = 1 << (first >> 6);
  const rest = length > 1 ? yield length - 1 : [];
  return { value: Array.from(rest).reduce((sum, byte) => sum * 256 + byte, first & 63), length };
}

/** A direction of a stream. A bidirectional stream belongs to a session where it begins with 0x41. */
export const stream = (id, from, link) => function* (dissector) {
  yield PEEK;
  const isOwn = (id & 1) === (from === 'client' ? 0 : 1);
  if (id & 2) return yield* uni(dissector);
  if (!isOwn) return yield* (link.types.get(id) === 0x41 ? data(dissector, new Fields()) : http(dissector));
  const type = yield* varint();
  link.types.set(id, type.value);
  if (type.value !== 0x41) return yield* http(dissector, type);
  const session = yield* varint();
  return yield* data(dissector, new Fields()
    .add(type.length, 'frame', 'signal value', 'a stream of a WebTransport session (0x41)', { rule: SESSION })
    .add(session.length, 'frame', 'session id', session.value, { rule: SESSION }));
};

function* uni(dissector) {
  const type = yield* varint();
  const name = nameOf(STREAMS, type.value, 'stream');
  const fields = new Fields().add(type.length, 'frame', 'stream type', name, { rule: ['RFC 9114 §6.2', 'A unidirectional stream begins with its type.'] });
  if (type.value === 0x54) {
    const session = yield* varint();
    return yield* data(dissector, fields.add(session.length, 'frame', 'session id', session.value, { rule: SESSION }));
  }
  dissector.emit(name, fields, { kind: 'stream' });
  if (type.value === 0) return yield* http(dissector);
  for (;;) {
    const bytes = yield SOME;
    dissector.emit(`${name}, ${plural(bytes.length)}`, new Fields().add(bytes.length, 'value', name, hexOf(bytes, ' ')), { kind: 'stream' });
  }
}

/** Bytes of the application, behind what says whose they are. */
function* data(dissector, fields) {
  for (let head = fields; ; head = new Fields()) {
    const bytes = yield SOME;
    const says = quote(utf8(bytes));
    head.add(bytes.length, 'data', 'data of the application', plain(utf8(bytes.subarray(0, 200))), { text: true });
    dissector.emit(`stream data, ${plural(bytes.length)}: ${says}`, head, { kind: 'data' });
  }
}

/** Frames of HTTP/3: of the control stream, and of the request that is the session. */
function* http(dissector, begun) {
  for (let type = begun; ; type = undefined) {
    type ??= yield* varint();
    const length = yield* varint();
    const name = FRAMES[type.value] ? `${FRAMES[type.value]} frame` : nameOf({}, type.value, 'frame');
    const fields = new Fields()
      .add(type.length, 'frame', 'frame type', name, { rule: ['RFC 9114 §7.1', 'A frame is a type, a length and a payload. Who does not know the type ignores the frame.'] })
      .add(length.length, 'frame', 'frame length', plural(length.value), { rule: VARINT });
    let says = '';
    if (type.value === 4) says = yield* settings(fields, length.value);
    else if (type.value === 0) says = yield* capsule(fields, length.value);
    else {
      const payload = yield length.value;
      fields.add(payload.length, 'value', type.value === 1 ? 'field section' : 'payload', type.value === 1 ? 'fields, compressed by QPACK' : hexOf(payload), {
        rule: ['RFC 9204 §4.5', 'Names and values of the fields, as numbers of tables or as literals.'],
      });
    }
    dissector.emit(`${name}, ${plural(length.value)}${says && `: ${says}`}`, fields, { kind: 'frame3' });
  }
}

function* settings(fields, length) {
  const says = [];
  for (let left = length; left > 0;) {
    const id = yield* varint(), value = yield* varint();
    left -= id.length + value.length;
    const name = SETTINGS[id.value] ?? `0x${id.value.toString(16)}`;
    fields.add(id.length, 'name', 'setting', name, { rule: ['RFC 9114 §7.2.4', 'A setting is an identifier and a value. Who does not know it ignores it.'] })
      .add(value.length, 'value', name, value.value, { rule: VARINT });
    if (id.value in SETTINGS) says.push(`${name} = ${value.value}`);
  }
  return says.join(', ');
}

function* capsule(fields, length) {
  if (length < 2) { fields.add((yield length).length, 'data', 'payload'); return ''; }
  const type = yield* varint(), size = yield* varint();
  const name = nameOf(CAPSULES, type.value, 'capsule');
  const payload = yield length - type.length - size.length;
  fields.add(type.length, 'frame', 'capsule type', name, { rule: ['RFC 9297 §3.2', 'A capsule is a type, a length and a value, in the data of the session’s request.'] })
    .add(size.length, 'frame', 'capsule length', plural(size.value), { rule: VARINT });
  if (type.value !== 0x2843 || payload.length < 4) { fields.add(payload.length, 'data', 'value', hexOf(payload)); return name; }
  const code = new DataView(payload.buffer, payload.byteOffset).getUint32(0), reason = utf8(payload.subarray(4));
  fields.add(4, 'data', 'code', code).add(payload.length - 4, 'data', 'reason', quote(reason));
  return `${name} ${code} ${quote(reason)}`;
}

/** A whole datagram. */
export function datagram(bytes) {
  const length = 1 << (bytes[0] >> 6);
  const quarter = Array.from(bytes.subarray(1, length)).reduce((sum, byte) => sum * 256 + byte, bytes[0] & 63);
  const payload = bytes.subarray(length);
  const fields = new Fields()
    .add(length, 'frame', 'quarter stream id', `${quarter}: the session on stream ${4 * quarter}`, { rule: ['RFC 9297 §2.1', 'The id of the request’s stream divided by four says which session the datagram belongs to.'] })
    .add(payload.length, 'data', 'payload', plain(utf8(payload.subarray(0, 200))), { text: true });
  return { title: `datagram, ${plural(bytes.length)}: ${quote(utf8(payload))}`, fields: fields.list, kind: 'datagram' };
}
