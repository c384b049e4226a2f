// What stands in bodies: event streams, lines of JSON, gRPC-Web, frames of wire.resume.v1.

import { Fields, Inner, LINE, latin1, plain, plural, quote, utf8 } from './dissector.js';
import { streamOfFrames } from './resume.js';

/** A reader for bodies of this type; undefined where it is just bytes. */
export function contentOf(type) {
  const name = type.split(';')[0].trim().toLowerCase();
  if (name === 'text/event-stream') return new Inner(events);
  if (name === 'application/x-ndjson') return new Inner(lines);
  if (name === 'application/wire-resume') return new Inner(streamOfFrames);
  if (name.startsWith('application/grpc-web') && !name.startsWith('application/grpc-web-text')) return new Inner(envelopes);
  return undefined;
}

const EVENT = {
  data: 'A line of the data of the event; several lines are joined with LF.',
  id: 'The id of the event: a client that comes back says it in Last-Event-ID.',
  event: 'The type of the event; “message” where there is none.',
  retry: 'How many milliseconds the client waits before it comes back.',
};

function* events(inner) {
  let event = {}, data = [];
  for (;;) {
    const line = yield LINE, whole = line.length - (line.at(-2) === 13 ? 2 : 1);
    const fields = new Fields(), colon = line.indexOf(58);
    const end = () => fields.add(line.length - whole, 'end', 'end of the line', '', { rule: ['WHATWG HTML §9.2.5', 'CR LF, LF and CR end a line.'] });
    if (whole === 0) {
      fields.add(line.length, 'frame', 'an empty line', 'dispatches the event', { rule: ['WHATWG HTML §9.2.6', 'If the line is empty (a blank line): Dispatch the event.'] });
      const says = data.length > 0 ? `${event.event ?? 'message'}${event.id ? ` ${event.id}` : ''}: ${quote(data.join('\n'))}` : event.retry ? `retry: ${event.retry}` : '';
      event = {}; data = [];
      inner.emit(says, fields);
    } else if (colon === 0) {
      fields.add(1, 'frame', 'comment', '', { rule: ['WHATWG HTML §9.2.6', 'If the line starts with a U+003A COLON character (:): Ignore the line.'] })
        .add(whole - 1, 'value', 'comment', utf8(line.subarray(1, whole)));
      end();
      inner.emit(`comment ${quote(utf8(line.subarray(1, whole)).trim())}`, fields);
    } else {
      const length = colon < 0 || colon > whole ? whole : colon, name = utf8(line.subarray(0, length));
      const space = line[length + 1] === 32 && length + 1 < whole ? 1 : 0;
      const value = utf8(line.subarray(Math.min(whole, length + 1 + space), whole));
      const rule = ['WHATWG HTML §9.2.6', EVENT[name] ?? 'A field that nobody knows is ignored.'];
      fields.add(length, 'name', 'field', name, { rule })
        .add(whole > length ? 1 : 0, 'frame', 'colon', ':')
        .add(space, 'frame', 'space', '', { rule: ['WHATWG HTML §9.2.6', 'One space behind the colon does not belong to the value.'] })
        .add(whole - length - 1 - space, name === 'data' ? 'data' : 'value', name, value, { rule, text: true });
      end();
      if (name === 'data') data.push(value); else event[name] = value;
      inner.emit('', fields);
    }
  }
}

function* lines(inner) {
  for (;;) {
    const line = yield LINE, end = line.at(-2) === 13 ? 2 : 1;
    inner.emit(quote(utf8(line.subarray(0, line.length - end))), new Fields()
      .add(line.length - end, 'data', 'record', plain(utf8(line)), { rule: ['ndjson-spec §3.1', 'Each JSON text MUST conform to RFC 8259 and MUST be written to the stream followed by LF.'] })
      .add(end, 'frame', 'LF', 'ends the record', { rule: ['ndjson-spec §3.1', 'The newline ends the record, and no newline stands inside of one.'] }));
  }
}

const ENVELOPE = ['gRPC over HTTP/2, Length-Prefixed-Message', 'A flag, four bytes of length, and the message.'];

function* envelopes(inner) {
  for (;;) {
    const prefix = yield 5, flag = prefix[0];
    const length = (prefix[1] << 24 | prefix[2] << 16 | prefix[3] << 8 | prefix[4]) >>> 0;
    const message = yield length, isTrailers = (flag & 128) !== 0;
    const fields = new Fields()
      .add(1, 'frame', 'flags', `${isTrailers ? 'trailers' : 'a message'}${flag & 1 ? ', compressed' : ''}`, {
        rule: isTrailers ? ['gRPC-Web protocol', 'The most significant bit of the flag says that these are the trailers.'] : ENVELOPE,
        bits: [[bits(flag, 128), isTrailers ? 'trailers' : 'a message'], [bits(flag, 1), flag & 1 ? 'compressed' : 'not compressed']],
      })
      .add(4, 'frame', 'length', plural(length), { rule: ENVELOPE })
      .add(length, isTrailers ? 'value' : 'data', isTrailers ? 'trailers' : 'message', plain(utf8(message)));
    inner.emit(`${isTrailers ? 'trailers' : 'message'}, ${plural(length)}: ${quote(isTrailers ? latin1(message) : utf8(message))}`, fields);
  }
}

/** A byte as a pattern in which only the bits of the mask are shown: 1... .... */
export const bits = (byte, mask) => {
  let text = '';
  for (let bit = 128; bit > 0; bit >>= 1) text += (bit === 8 ? ' ' : '') + (mask & bit ? (byte & bit ? '1' : '0') : '.');
  return text;
};
