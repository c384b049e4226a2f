// HTTP/1.1: heads, chunks, bodies, and what a connection becomes when it is upgraded (RFC 9110, RFC 9112).

import { Fields, LINE, PEEK, SOME, latin1, plain, plural, quote, utf8 } from './dissector.js';
import { frames } from './websocket.js';
import { contentOf } from './content.js';
import { FIELDS } from './fields.js';

const MESSAGE = ['RFC 9112 §2.1', 'A message is a start line, fields, an empty line and a body. Every line of the head ends with CR LF.'];

/** What the client says. `link` is what both directions of the connection know: the requests under way, and what they became. */
export function* client(dissector, link) {
  for (;;) {
    const head = yield* readHead('request');
    const [method, target] = head.start.split(' ');
    link.requests.push({ method, target, fields: head.values });
    dissector.emit(head.start, head.fields, { kind: 'request', head: { method, target, lines: head.lines } });
    dissector.base = dissector.offset;
    if (/\bwebsocket\b/i.test(head.values.upgrade ?? '')) {
      yield PEEK;
      if (link.upgraded !== false) return yield* frames(dissector, link, 'client');
    }
    yield* body(dissector, head.values, false);
  }
}

/** What the server says. */
export function* server(dissector, link) {
  for (;;) {
    const head = yield* readHead('response');
    const status = Number(head.start.split(' ')[1]);
    dissector.emit(head.start, head.fields, { kind: 'response', status });
    dissector.base = dissector.offset;
    if (status === 101) {
      link.upgraded = true;
      link.extensions = head.values['sec-websocket-extensions'] ?? '';
      link.protocol = head.values['sec-websocket-protocol'] ?? '';
      return yield* frames(dissector, link, 'server');
    }
    if (status < 200) continue;
    const request = link.requests.shift();
    link.upgraded = false;
    if (request?.method === 'HEAD' || status === 204 || status === 304) continue;
    yield* body(dissector, head.values, true);
  }
}

function* readHead(what) {
  const fields = new Fields(), values = {}, lines = [];
  let line = yield LINE;
  const start = lineOf(line);
  startLine(fields, line, what);
  for (;;) {
    line = yield LINE;
    const text = lineOf(line);
    if (text === '') {
      fields.add(line.length, 'end', 'end of the head', 'an empty line', { rule: ['RFC 9112 §2.1', 'An empty line ends the head; what follows is the body.'] });
      return { start, fields, values, lines };
    }
    const [name, value] = fieldLine(fields, line);
    lines.push([name, value]);
    const key = name.toLowerCase();
    values[key] = key in values ? `${values[key]}, ${value}` : value;
  }
}

function startLine(fields, line, what) {
  const parts = lineOf(line).split(' ');
  const rest = parts.slice(2).join(' ');
  if (what === 'request') {
    fields.add(parts[0].length, 'line', 'method', parts[0], { rule: ['RFC 9110 §9.1', 'The method says what the client wants done with the target.'] })
      .add(1, 'end', 'space')
      .add((parts[1] ?? '').length, 'line', 'request target', parts[1], { rule: ['RFC 9112 §3.2', 'The target is the path and the query, as the client asks for them.'] })
      .add(parts.length > 2 ? 1 : 0, 'end', 'space')
      .add(rest.length, 'line', 'version', rest, { rule: ['RFC 9112 §2.3', 'The version says what the sender understands, not what it uses.'] });
  } else {
    fields.add(parts[0].length, 'line', 'version', parts[0], { rule: ['RFC 9112 §2.3', 'The version says what the sender understands.'] })
      .add(1, 'end', 'space')
      .add((parts[1] ?? '').length, 'line', 'status code', parts[1], { rule: ['RFC 9110 §15', 'Three digits; the first one is the class of the answer.'] })
      .add(parts.length > 2 ? 1 : 0, 'end', 'space')
      .add(rest.length, 'line', 'reason phrase', rest, { rule: ['RFC 9112 §4', 'For people. A client ignores it.'] });
  }
  lineEnd(fields, line);
}

function fieldLine(fields, line) {
  const text = lineOf(line);
  const colon = Math.max(0, text.indexOf(':'));
  const name = text.slice(0, colon), raw = text.slice(colon + 1);
  const value = raw.trim(), lead = raw.length - raw.trimStart().length;
  const rule = FIELDS[name.toLowerCase()] ?? ['RFC 9110 §5', 'A field: a name, a colon, a value. Who does not know the name ignores the field.'];
  fields.add(colon, 'name', 'field name', name, { rule })
    .add(text.length > colon ? 1 : 0, 'end', 'colon', ':', { rule: ['RFC 9112 §5.1', 'No whitespace is allowed between the field name and colon.'] })
    .add(lead, 'end', 'optional whitespace', '', { rule: ['RFC 9110 §5.6.3', 'Optional whitespace around the value does not belong to it.'] })
    .add(value.length, 'value', name, value, { rule })
    .add(raw.length - lead - value.length, 'end', 'optional whitespace');
  lineEnd(fields, line);
  return [name, value];
}

function lineEnd(fields, line) {
  const length = line.length - lineOf(line).length;
  fields.add(length, 'end', length === 2 ? 'CR LF' : 'LF', 'the end of the line', { rule: MESSAGE });
}

const lineOf = line => latin1(line).replace(/\r?\n$/, '');

function* body(dissector, values, isResponse) {
  const content = contentOf(values['content-type'] ?? '');
  if (/\bchunked\b/i.test(values['transfer-encoding'] ?? '')) return yield* chunks(dissector, content);
  if (values['content-length'] !== undefined) {
    for (let left = Number(values['content-length']); left > 0;) {
      const bytes = yield Math.min(left, 65536);
      left -= bytes.length;
      emitBody(dissector, bytes, content);
    }
  } else if (isResponse) {
    for (;;) emitBody(dissector, yield SOME, content);
  }
}

function emitBody(dissector, bytes, content) {
  const { fields, says } = inside(bytes, content);
  dissector.emit(`body, ${plural(bytes.length)}: ${says}`, new Fields().append(fields, bytes.length), { kind: 'body' });
}

/** What stands in the bytes of a body. */
function inside(bytes, content) {
  if (content) {
    const { fields, says } = content.feed(bytes);
    return { fields, says: says.join('; ') || 'goes on in what follows' };
  }
  return { fields: [{ start: 0, end: bytes.length, kind: 'data', name: 'body', value: plain(utf8(bytes.subarray(0, 200))) }], says: quote(utf8(bytes)) };
}

function* chunks(dissector, content) {
  for (;;) {
    const line = yield LINE, text = lineOf(line);
    const digits = text.match(/^[0-9a-f]*/i)[0], size = parseInt(digits, 16);
    const fields = new Fields().add(digits.length, 'frame', 'chunk size', `${size} (hexadecimal ${digits})`, {
      rule: ['RFC 9112 §7.1', 'The chunk-size field is a string of hex digits indicating the size of the chunk-data in octets.'],
    }).add(text.length - digits.length, 'frame', 'chunk extension', text.slice(digits.length), {
      rule: ['RFC 9112 §7.1.1', 'A recipient MUST ignore unrecognized chunk extensions.'],
    });
    lineEnd(fields, line);
    if (!(size > 0)) return yield* trailers(dissector, fields);
    for (let left = size; left > 0;) {
      const data = yield Math.min(left, 65536);
      left -= data.length;
      const part = inside(data, content);
      fields.append(part.fields, data.length);
      if (left > 0) { dissector.emit(`chunk, part of ${plural(size)}: ${part.says}`, fields, { kind: 'chunk' }); fields.list = []; fields.length = 0; continue; }
      const end = yield 2;
      fields.add(end.length, 'frame', 'CR LF', 'the end of the chunk', { rule: ['RFC 9112 §7.1', 'chunk = chunk-size [ chunk-ext ] CRLF chunk-data CRLF'] });
      dissector.emit(`chunk, ${plural(size)}: ${part.says}`, fields, { kind: 'chunk' });
    }
  }
}

function* trailers(dissector, fields) {
  const names = [];
  for (;;) {
    const line = yield LINE;
    if (lineOf(line) === '') {
      fields.add(line.length, 'frame', 'end of the body', 'an empty line', { rule: ['RFC 9112 §7.1', 'chunked-body = *chunk last-chunk trailer-section CRLF'] });
      break;
    }
    names.push(fieldLine(fields, line).join(': '));
  }
  dissector.emit(names.length > 0 ? `last chunk, with trailers: ${names.join(', ')}` : 'last chunk: the body ends', fields, { kind: 'last' });
}
