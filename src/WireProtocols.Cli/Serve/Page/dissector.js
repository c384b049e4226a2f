// Reads one direction of a connection: a generator asks for bytes and tells what they were. Every byte is in exactly one element.

/** What a generator may yield besides a number of bytes. */
export const LINE = 'line';  // up to and with the next LF
export const SOME = 'some';  // whatever is there, at least one byte
export const PEEK = 'peek';  // nothing, once there is at least one byte

const MOST_LINE = 64 * 1024;

/** What stands where in the bytes of an element. */
export class Fields {
  list = [];
  length = 0;

  /** A field behind the last one. `more`: { rule: [spec, sentence], bits: [[pattern, meaning]…], key: masking key }. */
  add(length, kind, name, value = '', more = {}) {
    if (length > 0) this.list.push({ start: this.length, end: this.length + length, kind, name, value: String(value), ...more });
    this.length += length;
    return this;
  }

  /** Fields that were made elsewhere, moved behind the last one. */
  append(fields, length) {
    for (const field of fields) this.list.push({ ...field, start: field.start + this.length, end: field.end + this.length });
    this.length += length;
    return this;
  }
}

export class Dissector {
  /** How many bytes have become elements, and which of them is the first behind the last head. */
  offset = 0;
  base = 0;
  at = 0;
  #buffer = new Uint8Array(1024);
  #start = 0;   // of the element under way
  #read = 0;    // what the generator has been given
  #end = 0;
  #scanned = 0;
  #run;
  #wants;
  #emit;

  /** `run(dissector)` is the generator; `emit(element)` is told { bytes, offset, at, title, fields, … }. */
  constructor(run, emit) {
    this.#emit = emit;
    this.#go(run(this));
  }

  feed(bytes, at) {
    this.at = at;
    this.#append(bytes);
    for (let count; (count = this.#available()) >= 0;) {
      const piece = this.#buffer.slice(this.#read, this.#read + count);
      this.#read += count;
      this.#scanned = this.#read;
      const { value, done } = this.#run.next(piece);
      this.#wants = value;
      if (done) this.#go(unknown(this, 'behind the end'));
    }
  }

  /** What was taken since the last element is one. */
  emit(title, fields, more = {}) {
    const bytes = this.#buffer.slice(this.#start, this.#read);
    const element = { bytes, offset: this.offset, at: this.at, title, fields: fields?.list ?? [], ...more };
    this.offset += bytes.length;
    this.#start = this.#read;
    this.#emit(element);
    return element;
  }

  /** Nothing comes any more: what is left is shown as it is. */
  finish() {
    this.#read = this.#end;
    const length = this.#read - this.#start;
    if (length > 0) this.emit(`unfinished, ${length.toLocaleString('en')} bytes`, new Fields().add(length, 'value', 'unfinished', ''), { unfinished: true });
    this.#go(unknown(this, 'behind what was not finished'));
  }

  #go(run) {
    this.#run = run;
    this.#wants = run.next().value;
  }

  #available() {
    const have = this.#end - this.#read;
    if (this.#wants === PEEK) return have > 0 ? 0 : -1;
    if (this.#wants === SOME) return have > 0 ? have : -1;
    if (this.#wants === LINE) {
      const found = this.#buffer.subarray(0, this.#end).indexOf(10, this.#scanned);
      this.#scanned = this.#end;
      return found >= 0 ? found + 1 - this.#read : have > MOST_LINE ? have : -1;
    }
    return have >= this.#wants ? this.#wants : -1;
  }

  #append(bytes) {
    if (this.#start > 0 && this.#end + bytes.length > this.#buffer.length) {
      this.#buffer.copyWithin(0, this.#start, this.#end);
      this.#read -= this.#start; this.#end -= this.#start; this.#scanned -= this.#start; this.#start = 0;
    }
    if (this.#end + bytes.length > this.#buffer.length) {
      const grown = new Uint8Array(2 * (this.#end + bytes.length));
      grown.set(this.#buffer.subarray(0, this.#end));
      this.#buffer = grown;
    }
    this.#buffer.set(bytes, this.#end);
    this.#end += bytes.length;
  }
}

/** Bytes that nobody can tell the meaning of. */
export function* unknown(dissector, why) {
  for (;;) {
    const bytes = yield SOME;
    dissector.emit(`${bytes.length} bytes, ${why}`, new Fields().add(bytes.length, 'value', why));
  }
}

/** A format inside of another one: it is fed the bytes of a body in pieces, and says what stands where in each piece. */
export class Inner {
  #dissector;
  #done = [];
  #fed = 0;

  constructor(run) { this.#dissector = new Dissector(run, element => this.#done.push(element)); }

  /** The fields of these bytes, and what they say. */
  feed(bytes) {
    const from = this.#fed, to = from + bytes.length;
    this.#done = [];
    this.#dissector.feed(bytes, 0);
    this.#fed = to;
    const fields = [];
    for (const element of this.#done) {
      for (const field of element.fields) {
        const start = Math.max(element.offset + field.start, from), end = Math.min(element.offset + field.end, to);
        if (start < end) fields.push({ ...field, start: start - from, end: end - from });
      }
    }
    const covered = Math.max(from, this.#dissector.offset);
    if (covered < to) fields.push({ start: covered - from, end: to - from, kind: 'data', name: 'goes on in what follows', value: '' });
    return { fields, says: this.#done.map(element => element.title).filter(Boolean) };
  }
}

const encoder = new TextEncoder(), decoder = new TextDecoder();
export const utf8 = bytes => decoder.decode(bytes);
export const encode = text => encoder.encode(text);
export const latin1 = bytes => { let text = ''; for (const byte of bytes) text += String.fromCharCode(byte); return text; };
export const hexOf = (bytes, between = '') => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join(between);
export const bytesOf = hex => new Uint8Array((hex.match(/[0-9a-f]{2}/gi) ?? []).map(pair => parseInt(pair, 16)));
export const plural = count => `${count.toLocaleString('en')} byte${count === 1 ? '' : 's'}`;
const CONTROL = { '\n': '↵', '\r': '␍', '\t': '⇥' };
export const plain = text => text.replace(/[\u0000-\u001f\u007f]/g, c => CONTROL[c] ?? `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
export const quote = text => `“${plain(text.length > 160 ? text.slice(0, 160) + '…' : text)}”`;
