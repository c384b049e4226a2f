// WebSocket frames (RFC 6455 §5) and what permessage-deflate makes of them (RFC 7692).

import { Fields, hexOf, plain, plural, quote, utf8 } from './dissector.js';
import { bits } from './content.js';
import { Inflater } from './inflate.js';
import { frameOf } from './resume.js';

const OPCODES = { 0: 'continuation', 1: 'text', 2: 'binary', 8: 'close', 9: 'ping', 10: 'pong' };
const PIECE = 65536;
const RULES = {
  first: ['RFC 6455 §5.2', 'FIN says that this is the last fragment of the message, RSV1 to 3 belong to extensions, and the opcode says what the frame is.'],
  length: ['RFC 6455 §5.2', 'The minimal number of bytes MUST be used to encode the length: 7 bits up to 125, 16 behind 126, 64 behind 127.'],
  key: ['RFC 6455 §5.3', 'Four bytes that the client chose at random. Byte i of the payload is combined with byte i modulo 4 of the key by XOR.'],
  payload: ['RFC 6455 §5.2', 'The payload: extension data and application data.'],
  code: ['RFC 6455 §7.4', 'Why the connection is closed: two bytes, the first one of a Close frame.'],
  reason: ['RFC 6455 §7.1.6', 'UTF-8 text for whoever looks for the cause. It need not be readable by people.'],
  deflate: ['RFC 7692 §7.2.1', 'The compressed payload, without the four bytes 00 00 ff ff that would end it.'],
};

export function* frames(dissector, link, from) {
  const message = { opcode: 0, compressed: false };
  const inflater = new Inflater();
  const fresh = () => new RegExp(`${from}_no_context_takeover`).test(link.extensions ?? '');
  for (;;) {
    const first = yield 2;
    const frame = readStart(first);
    const extended = frame.short < 126 ? [] : yield frame.short === 126 ? 2 : 8;
    frame.length = extended.length === 0 ? frame.short : extended.reduce((sum, byte) => sum * 256 + byte, 0);
    frame.key = frame.masked ? yield 4 : undefined;
    if (frame.opcode === 1 || frame.opcode === 2) { message.opcode = frame.opcode; message.compressed = frame.rsv1; }
    const fields = startFields(frame, first, extended);
    const bad = from === 'server' ? wrongOf(frame, extended, link) : undefined;
    for (let at = 0; ;) {
      const raw = yield Math.min(PIECE, frame.length - at);
      at += raw.length;
      const payload = frame.key ? raw.map((byte, i) => byte ^ frame.key[(at - raw.length + i) & 3]) : raw;
      const more = { kind: 'frame', opcode: frame.opcode, payload, frame: { ...frame }, bad, derived: [] };
      const session = link.protocol === 'wire.resume.v1' && frame.opcode === 2 && frame.fin && !message.compressed && frame.length <= PIECE;
      if (session) sessionFields(fields, frame, payload, more);
      else payloadFields(fields, frame, payload, message);
      if (frame.key && raw.length > 0) more.derived.push({ label: `unmasked with ${hexOf(frame.key)}`, bytes: payload, open: false });
      if (message.compressed && frame.opcode < 8 && raw.length > 0) inflate(inflater, payload, frame, at, fresh(), more);
      const whole = frame.length <= PIECE;
      dissector.emit(titleOf(frame, whole ? payload : undefined, message, more), fields, more);
      fields.list = []; fields.length = 0;
      if (at >= frame.length) break;
    }
  }
}

function readStart(first) {
  const b = first[0];
  return { fin: b >> 7 === 1, rsv1: (b & 64) !== 0, rsv: b >> 4 & 7, opcode: b & 15, masked: first[1] >> 7 === 1, short: first[1] & 127 };
}

function startFields(frame, first, extended) {
  const name = OPCODES[frame.opcode] ?? 'reserved';
  return new Fields()
    .add(1, 'frame', 'FIN, RSV, opcode', `${name}${frame.fin ? '' : ', more fragments follow'}`, {
      rule: RULES.first,
      bits: [
        [bits(first[0], 128), frame.fin ? 'FIN: the last fragment' : 'FIN: more fragments follow'],
        [bits(first[0], 112), `RSV: ${frame.rsv === 0 ? 'none' : frame.rsv === 4 ? 'RSV1, compressed' : frame.rsv.toString(2).padStart(3, '0')}`],
        [bits(first[0], 15), `opcode: ${name} (${frame.opcode})`],
      ],
    })
    .add(1, 'frame', 'MASK, length', frame.short < 126 ? plural(frame.short) : `in the next ${frame.short === 126 ? 2 : 8} bytes`, {
      rule: RULES.length,
      bits: [
        [bits(first[1], 128), frame.masked ? 'MASK: masked, as a client has to' : 'MASK: not masked, as a server has to'],
        [bits(first[1], 127), `length: ${frame.short < 126 ? plural(frame.short) : frame.short}`],
      ],
    })
    .add(extended.length, 'frame', 'extended length', plural(frame.length), { rule: RULES.length })
    .add(frame.masked ? 4 : 0, 'mask', 'masking key', frame.key ? hexOf(frame.key) : '', { rule: RULES.key });
}

function payloadFields(fields, frame, payload, message) {
  const key = frame.key;
  if (frame.opcode === 8) {
    if (payload.length >= 2) fields.add(2, 'data', 'close code', payload[0] * 256 + payload[1], { rule: RULES.code, key });
    fields.add(payload.length - (payload.length >= 2 ? 2 : 0), 'data', 'close reason', quote(utf8(payload.subarray(2))), { rule: RULES.reason, key });
  } else if (message.compressed && frame.opcode < 8) {
    fields.add(payload.length, 'data', 'compressed payload', plural(payload.length), { rule: RULES.deflate, key });
  } else {
    const isText = frame.opcode >= 8 || message.opcode === 1;
    fields.add(payload.length, 'data', frame.opcode >= 8 ? `payload of the ${OPCODES[frame.opcode]}` : 'payload', isText ? plain(utf8(payload.subarray(0, 300))) : plural(payload.length), {
      rule: RULES.payload, key, text: isText,
    });
  }
}

/** A message of wire.resume.v1 is a frame of its own. */
function sessionFields(fields, { key }, payload, more) {
  const { fields: own, says } = frameOf(payload);
  fields.append(own.list.map(field => ({ ...field, key, keyOffset: field.start })), payload.length);
  more.says = says;
}

function inflate(inflater, payload, frame, at, fresh, more) {
  const isLast = frame.fin && at >= frame.length;
  try {
    const bytes = inflater.inflate(payload, isLast);
    if (fresh && isLast) inflater.reset();
    if (isLast) more.derived.push({ label: `inflated: ${plural(bytes.length)}`, bytes, open: true });
    more.inflated = bytes;
  } catch (error) {
    more.derived.push({ label: `cannot be inflated: ${error.message}`, bytes: new Uint8Array(), open: false });
  }
}

function titleOf(frame, payload, message, more) {
  let title = `${OPCODES[frame.opcode] ?? 'reserved'} frame`;
  if (!frame.fin) title += ', more fragments follow';
  if (frame.masked) title += ', masked';
  title += `, ${plural(frame.length)}`;
  if (!payload) return `${title}, in pieces`;
  if (frame.opcode === 8) return payload.length < 2 ? title : `${title}: ${payload[0] * 256 + payload[1]}${payload.length > 2 ? ` ${quote(utf8(payload.subarray(2)))}` : ''}`;
  if (frame.opcode > 8) return payload.length > 0 ? `${title}: ${quote(utf8(payload))}` : title;
  if (more.says) return `${title}: ${more.says}`;
  if (message.compressed) return `${title}, compressed${frame.fin && more.inflated && message.opcode === 1 ? `: ${quote(utf8(more.inflated))}` : ''}`;
  return message.opcode === 1 && payload.length > 0 ? `${title}: ${quote(utf8(payload))}` : title;
}

/** What is wrong with a frame of a server; of a client's the server says it. */
function wrongOf(frame, extended, link) {
  const wrong = (at, spec, text) => ({ start: at, end: at + 1, spec, text });
  const deflates = /permessage-deflate/.test(link.extensions ?? '');
  if (frame.rsv & 3 || frame.rsv & 4 && (!deflates || frame.opcode === 0 || frame.opcode > 7)) return wrong(0, 'RFC 6455 §5.2', 'RSV1, RSV2, RSV3 MUST be 0 unless an extension is negotiated that defines meanings for non-zero values.');
  if (!(frame.opcode in OPCODES)) return wrong(0, 'RFC 6455 §5.2', 'If an unknown opcode is received, the receiving endpoint MUST fail the connection.');
  if (frame.opcode > 7 && !frame.fin) return wrong(0, 'RFC 6455 §5.5', 'All control frames MUST NOT be fragmented.');
  if (frame.masked) return wrong(1, 'RFC 6455 §5.1', 'A server MUST NOT mask any frames that it sends to the client.');
  if (frame.opcode > 7 && frame.short > 125) return wrong(1, 'RFC 6455 §5.5', 'All control frames MUST have a payload length of 125 bytes or less.');
  if (extended.length === 2 && frame.length < 126 || extended.length === 8 && frame.length < 65536) return wrong(2, ...RULES.length);
  return undefined;
}
