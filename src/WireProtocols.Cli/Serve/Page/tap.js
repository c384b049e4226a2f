// Watches the connections whose requests say ?wire=name, and makes elements of their bytes.

import { Dissector, bytesOf, unknown } from './dissector.js';
import { client, server } from './http1.js';
import { codeOf, datagram, stream } from './http3.js';

const QUIET = 1500;

export const newName = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), byte => byte.toString(16).padStart(2, '0')).join('');

export class Tap {
  name = newName();
  #source;
  #connections = new Map();
  #element;
  #note;
  #isQuiet = false;

  /** `element(e)` is told what crossed the wire, `note(n)` what became of connections. An element that turns out to be wrong is told again. */
  constructor({ element, note }) {
    this.#element = element;
    this.#note = note;
  }

  /** Watches first, so that the first bytes are seen too. */
  open() {
    this.#source = new EventSource(`/wire?id=${this.name}`);
    this.#source.onmessage = ({ data }) => this.#take(JSON.parse(data));
    return new Promise((resolve, reject) => {
      this.#source.onopen = () => resolve(this);
      this.#source.onerror = () => { this.#source.close(); reject(new Error('the server does not show its bytes')); };
    });
  }

  close() { this.#source?.close(); }

  /** Goes on until nothing has come for a while: what is under way is still to be shown. */
  async closeWhenQuiet() {
    for (this.#isQuiet = false; !this.#isQuiet;) {
      this.#isQuiet = true;
      await new Promise(resolve => setTimeout(resolve, QUIET));
    }
    this.close();
  }

  /** The same path, watched. */
  path(path) { return `${path}${path.includes('?') ? '&' : '?'}wire=${this.name}`; }

  /** Ends what is watched: 'end' in good order, 'drop' for some milliseconds. */
  async cut(how, ms = 0) { await fetch(`/cut?id=${this.name}&how=${how}&ms=${ms}`, { method: 'POST' }); }

  #take(piece) {
    this.#isQuiet = false;
    const { connection: number, from, at, what } = piece;
    const connection = this.#connectionOf(number);
    if (piece.lost > 0) this.#lose(connection, piece);
    const bytes = bytesOf(piece.hex);
    if (piece.hidden) connection.hide(connection.reader(from).end, piece.hidden);
    if (what === 'datagram') {
      this.#element({ ...datagram(bytes), bytes, offset: 0, at, from, connection: number });
    } else if (bytes.length > 0) {
      const reader = connection.reader(from, piece.stream);
      reader.end += bytes.length;
      reader.dissector.feed(bytes, at);
    }
    if (what === 'violation') this.#violated(connection, piece);
    else if (what === 'end') { connection.finish(); this.#note({ at, connection: number, text: 'the connection has ended' }); this.#connections.delete(number); }
    else if (what === 'cut') { connection.finish(); this.#note({ at, connection: number, text: 'the connection was dropped on purpose', bad: true }); }
    else if (what === 'fin') this.#note({ at, connection: number, from, text: `stream ${piece.stream} has been finished` });
    else if (what === 'reset') this.#note({ at, connection: number, from, text: `RESET_STREAM on stream ${piece.stream}, code ${codeOf(piece.code)}`, bad: true });
    else if (what === 'stop') this.#note({ at, connection: number, from, text: `STOP_SENDING on stream ${piece.stream}, code ${codeOf(piece.code)}`, bad: true });
  }

  #connectionOf(number) {
    let connection = this.#connections.get(number);
    if (!connection) this.#connections.set(number, connection = new Connection(number, element => this.#element(element)));
    return connection;
  }

  #lose(connection, { at, lost, connection: number }) {
    connection.finish();
    connection.isLost = true;
    this.#note({ at, connection: number, text: `${lost.toLocaleString('en')} bytes came too fast to be shown`, bad: true });
  }

  /** The byte that broke a rule, in the element that has it. */
  #violated(connection, { offset, text, spec, code, at, connection: number }) {
    const { dissector, elements } = connection.reader('client');
    dissector.finish();
    const at0 = dissector.base + offset;
    const element = elements.find(e => at0 >= e.offset && at0 < e.offset + e.bytes.length) ?? elements.at(-1);
    if (element) {
      const start = Math.min(Math.max(0, at0 - element.offset), element.bytes.length - 1);
      element.bad = { start, end: start + 1, text: `${text}.`.replace('..', '.'), spec, code };
      this.#element(element);
    }
    this.#note({ at, connection: number, from: 'client', text: `${code}: ${text} (${spec})`, bad: true });
  }
}

/** Both directions of a connection, and of each stream of one that has streams. */
class Connection {
  isLost = false;
  #link = { requests: [], types: new Map() };
  #readers = new Map();
  #hidden = [];

  constructor(number, told) { this.number = number; this.told = told; }

  /** Runs of bytes of the client that are asterisks instead. */
  hide(offset, runs) {
    for (let i = 0; i < runs.length; i += 2) this.#hidden.push([offset + runs[i], offset + runs[i] + runs[i + 1]]);
  }

  reader(from, id) {
    const key = `${from} ${id ?? ''}`;
    let reader = this.#readers.get(key);
    if (!reader) {
      reader = { end: 0, elements: [] };
      const run = this.isLost ? d => unknown(d, 'out of step') : id !== undefined ? stream(id, from, this.#link) : d => (from === 'client' ? client : server)(d, this.#link);
      reader.dissector = new Dissector(run, element => this.#tell(reader, element, from, id));
      this.#readers.set(key, reader);
    }
    return reader;
  }

  finish() {
    for (const { dissector } of this.#readers.values()) dissector.finish();
    this.#readers.clear();
  }

  #tell(reader, element, from, id) {
    Object.assign(element, { from, connection: this.number, stream: id });
    if (from === 'client') this.#mark(element);
    reader.elements.push(element);
    if (reader.elements.length > 64) reader.elements.shift();
    this.told(element);
  }

  #mark(element) {
    for (const [start, end] of this.#hidden) {
      if (end <= element.offset || start >= element.offset + element.bytes.length) continue;
      const field = element.fields.find(f => f.start === start - element.offset && f.end === end - element.offset);
      if (field) { field.kind = 'hidden'; field.value = 'hidden: an asterisk stands for each byte'; }
    }
  }
}
