// A client of wire.resume.v1 for browsers: messages both ways, each once and in order, over whatever gets through: a WebSocket, an event stream with
// POST, or long polls. It comes back after a loss, later each time and by chance within a span, and sends again what was not taken.
// The format is written down in docs/resume.md ("wire-resume"). No dependencies.
//
//   const client = new WireClient('/chat');
//   client.addEventListener('message', ({ detail }) => show(detail));
//   client.send('hello');
//
// Events, each with `detail`: `message` (string or Uint8Array); `open` { transport, isNew }; `lost` { transport, message }; `wait` { milliseconds };
// `gone` { code, unacknowledged }: the session is another one now, fetch your state again; `close` { message }.

const TEXT = 1, BINARY = 2, ACK = 3, HELLO = 4, WELCOME = 5, GONE = 6, RETRY = 7, END = 8;
const LONGEST_RETRY = 3_600_000;

const DEFAULTS = {
  /** Which transports are tried, in this order. */
  transports: ['websocket', 'sse', 'poll'],
  /** How long a transport may take until the server has answered, in milliseconds. */
  openTimeout: 5000,
  /** The first span of waiting, and the longest one, in milliseconds. The wait is a random part of the span, at least half of it. */
  firstWait: 500,
  longestWait: 30_000,
  /** How much may wait to be acknowledged. */
  maxMessages: 1000,
  maxBytes: 1024 * 1024,
  /** How long a poll waits, in seconds. */
  pollWait: 25,
  /** For how long one that is not the first is kept, when it is open, until those before it are tried again, in milliseconds. */
  retryBetter: 300_000,
};

export class WireClient extends EventTarget {
  /** 'connecting', 'open', 'waiting' or 'closed'. */
  state = 'connecting';
  /** The transport that is open, or was last. */
  transport = '';
  #options;
  #url;
  #session = new Session();
  #failed = new Map();
  #attempt = 0;
  #retry;
  #end = new AbortController();
  #wake = () => {};

  constructor(url, options = {}) {
    super();
    this.#options = { ...DEFAULTS, ...options };
    this.#url = new URL(url, location.href);
    globalThis.addEventListener?.('online', () => this.#wake(), { signal: this.#end.signal });
    this.#run();
  }

  /** How many messages have not been acknowledged. */
  get unacknowledged() { return this.#session.kept.length; }

  /** Sends a string or bytes, now or when there is a connection. False where too much waits already: then nothing is kept. */
  send(data) {
    if (this.state === 'closed') throw new Error('The client is closed.');
    if (!this.#session.keep(data, this.#options)) return false;
    this.#link?.flush();
    return true;
  }

  /** Ends the session when all has been acknowledged, or after some milliseconds. */
  async close(patience = 5000) {
    const over = new Promise(resolve => setTimeout(resolve, patience));
    if (this.state === 'open') await Promise.race([over, this.#session.drained()]);
    if (this.state === 'open') await Promise.race([over, this.#link.end()]);
    this.#close('closed by the application');
  }

  /** Drops the connection as it is, and comes back: for tests and demonstrations. */
  drop() { this.#link?.close(new Error('dropped on purpose')); }

  #link;
  #isChanging = false;
  #better;

  async #run() {
    while (this.state !== 'closed') {
      for (const name of this.#order()) {
        if (this.state === 'closed') return;
        this.state = 'connecting';
        const opened = await this.#try(name);
        if (opened) break;
      }
      if (this.state !== 'closed' && !this.#isChanging) await this.#wait();
      this.#isChanging = false;
    }
  }

  /** Those that did not get through lately come last. */
  #order() {
    const now = performance.now(), isBad = name => now - (this.#failed.get(name) ?? -Infinity) < this.#options.retryBetter;
    const { transports } = this.#options;
    return [...transports.filter(name => !isBad(name)), ...transports.filter(isBad)];
  }

  /** Runs a connection to its end. True where it had got through. */
  async #try(name) {
    const link = this.#link = new TRANSPORTS[name](this.#url, this.#session, this.#options);
    const timer = setTimeout(() => link.close(new Error('no answer in time')), this.#options.openTimeout);
    link.onframe = frame => {
      this.#take(frame, link, name);
      if (link.isOpen) clearTimeout(timer);
    };
    link.open();
    const error = await link.over;
    clearTimeout(timer);
    clearTimeout(this.#better);
    this.#link = undefined;
    if (link.isOpen) this.#failed.delete(name); else this.#failed.set(name, performance.now());
    if (this.state !== 'closed') this.#tell('lost', { transport: name, message: error.message });
    return link.isOpen;
  }

  #take(frame, link, name) {
    const session = this.#session;
    switch (frame.type) {
      case WELCOME: {
        const isNew = session.welcome(frame), isFirst = !link.isOpen;
        link.isOpen = true;
        link.flush();
        if (!isFirst) return;
        this.#better = setTimeout(() => this.#change(link, name), this.#options.retryBetter);
        this.#opened(name, isNew);
        return;
      }
      case TEXT: case BINARY:
        if (session.receive(frame)) { this.#tell('message', frame.type === TEXT ? new TextDecoder().decode(frame.data) : frame.data); link.acknowledge(); }
        return;
      case ACK: session.acknowledged(frame.number); return;
      case RETRY: this.#retry = Math.min(frame.delay, LONGEST_RETRY) + Math.random() * Math.min(frame.window, LONGEST_RETRY); return;
      case GONE:
        if (frame.code === 3) this.#close('another connection has taken the session over');
        else this.#tell('gone', { code: frame.code, unacknowledged: session.reset() });
        return;
      case END: this.#close('the server has ended the session'); return;
      default: throw new Error(`a frame of type ${frame.type} has no place here`);
    }
  }

  /** Those before this one are tried again. What is under way is sent again, as after a loss. */
  #change(link, name) {
    if (name === this.#options.transports[0]) return;
    this.#isChanging = true;
    link.close(new Error('a better transport is tried again'));
  }

  #opened(transport, isNew) {
    this.state = 'open';
    this.transport = transport;
    this.#attempt = 0;
    this.#tell('open', { transport, isNew });
  }

  async #wait() {
    const { firstWait, longestWait } = this.#options, span = Math.min(longestWait, firstWait * 2 ** this.#attempt++);
    const milliseconds = Math.round(this.#retry ?? span / 2 + Math.random() * span / 2);
    this.#retry = undefined;
    this.state = 'waiting';
    this.#tell('wait', { milliseconds });
    await new Promise(resolve => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => { clearTimeout(timer); resolve(); };
    });
    this.#wake = () => {};
  }

  #close(message) {
    if (this.state === 'closed') return;
    this.state = 'closed';
    this.#end.abort();
    this.#wake();
    this.#link?.close(new Error(message));
    this.#tell('close', { message });
  }

  #tell(name, detail) { this.dispatchEvent(new CustomEvent(name, { detail })); }
}

/** What outlives a connection: the session's id, the numbers, and what was not acknowledged. */
class Session {
  id = new Uint8Array();
  received = 0;
  kept = [];
  #last = 0;
  #handedOut = 0;
  #bytes = 0;
  #drained = [];

  hello() { return bytes([HELLO], number(this.received), this.id); }

  /** False where there is no room. */
  keep(data, { maxMessages, maxBytes }) {
    const isText = typeof data === 'string', payload = isText ? new TextEncoder().encode(data) : new Uint8Array(data.buffer?.slice(data.byteOffset, data.byteOffset + data.byteLength) ?? data.slice(0));
    if (this.kept.length >= maxMessages || this.#bytes + payload.length > maxBytes) return false;
    this.#bytes += payload.length;
    this.kept.push({ number: ++this.#last, type: isText ? TEXT : BINARY, payload });
    return true;
  }

  /** The frames above a number, and remembers that they went out. */
  framesAbove(above) {
    const frames = this.kept.filter(message => message.number > above);
    this.#handedOut = Math.max(this.#handedOut, frames.at(-1)?.number ?? 0);
    return frames.map(message => ({ number: message.number, frame: bytes([message.type], number(message.number), message.payload) }));
  }

  /** True where the session is a new one. */
  welcome({ number: taken, id }) {
    const isNew = id.some((byte, i) => byte !== this.id[i]) || this.id.length === 0;
    this.id = id;
    this.acknowledged(taken);
    return isNew;
  }

  acknowledged(taken) {
    if (taken > this.#last) throw new Error('the server acknowledges what was never sent');
    while (this.kept.length > 0 && this.kept[0].number <= taken) this.#bytes -= this.kept.shift().payload.length;
    if (this.kept.length === 0) this.#drained.splice(0).forEach(resolve => resolve());
  }

  /** False where the message has come before. */
  receive({ number: its }) {
    if (its <= this.received) return false;
    if (its > this.received + 1) throw new Error(`message ${its} came behind ${this.received}`);
    this.received = its;
    return true;
  }

  /** The session is lost. What has never left goes to the next one; the rest, of which nobody knows whether it was taken, is handed back. */
  reset() {
    const unknown = this.kept.filter(message => message.number <= this.#handedOut);
    this.kept = this.kept.filter(message => message.number > this.#handedOut);
    this.kept.forEach((message, i) => { message.number = i + 1; });
    this.#bytes = this.kept.reduce((sum, message) => sum + message.payload.length, 0);
    this.#last = this.kept.length;
    this.id = new Uint8Array();
    this.received = this.#handedOut = 0;
    return unknown.map(({ type, payload }) => (type === TEXT ? new TextDecoder().decode(payload) : payload));
  }

  drained() { return this.kept.length === 0 ? Promise.resolve() : new Promise(resolve => this.#drained.push(resolve)); }
}

/** A connection. `over` is resolved with why it ended. */
class Link {
  onframe;
  isOpen = false;
  isOver = false;
  #ended;
  #unacknowledged = 0;
  #timer;

  constructor(url, session, options) {
    Object.assign(this, { url, session, options });
    this.over = new Promise(resolve => { this.#ended = resolve; });
  }

  /** Takes what came. What is no good ends the connection. */
  took(frame) {
    if (this.isOver) return;
    try {
      this.onframe(parse(frame));
    } catch (error) {
      this.close(error);
    }
  }

  /** At the latest after 64 messages, or a second after the first one. */
  acknowledge() {
    if (++this.#unacknowledged >= 64) this.#acknowledge();
    else this.#timer ??= setTimeout(() => this.#acknowledge(), 1000);
  }

  #acknowledge() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#unacknowledged = 0;
    if (!this.isOver) this.sendAck();
  }

  close(error) {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.#timer);
    this.stop();
    this.#ended(error);
  }
}

class SocketLink extends Link {
  #socket;
  #sent = 0;

  open() {
    const url = new URL(this.url);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = this.#socket = new WebSocket(url, 'wire.resume.v1');
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => socket.send(this.session.hello());
    socket.onmessage = ({ data }) => { if (typeof data === 'string') this.close(new Error('a text message came')); else this.took(new Uint8Array(data)); };
    socket.onclose = ({ code, reason }) => this.close(new Error(`closed with ${code}${reason && `: ${reason}`}`));
  }

  flush() {
    if (!this.isOpen || this.#socket.readyState !== WebSocket.OPEN) return;
    for (const { number: its, frame } of this.session.framesAbove(this.#sent)) { this.#socket.send(frame); this.#sent = its; }
  }

  sendAck() { this.#socket.send(bytes([ACK], number(this.session.received))); }

  async end() { this.#socket.send(Uint8Array.of(END)); }

  stop() { this.#socket.close(1000); }
}

/** What the client sends by POST, one at a time, and its answer. */
class PostingLink extends Link {
  aborting = new AbortController();
  #posting;
  #again = false;

  flush() {
    if (!this.isOpen) return undefined;
    if (this.#posting) { this.#again = true; return this.#posting; }
    const frames = this.session.framesAbove(0);
    if (frames.length === 0) return undefined;
    return this.#posting = this.#post(frames.map(({ frame }) => frame));
  }

  sendAck() {
    if (this.#posting) this.#again = true;
    else this.#posting = this.#post([]);
  }

  async end() {
    await this.#posting;
    await this.post([this.session.hello(), Uint8Array.of(END)]).catch(() => {});
  }

  stop() { this.aborting.abort(); }

  async #post(frames) {
    try {
      const before = this.session.kept[0]?.number;
      const answer = await this.post([this.session.hello(), ...frames]);
      this.#posting = undefined;
      for (const frame of answer) {
        const parsed = parse(frame);
        if (parsed.type === WELCOME) this.session.acknowledged(parsed.number);
        else if (parsed.type === GONE) throw new Error('the session is gone');
        else this.took(frame);
      }
      const isTaken = frames.length === 0 || this.session.kept[0]?.number !== before;
      if (!isTaken) throw new Error('the server does not take messages');
      if (this.#again || this.session.kept.length > 0) { this.#again = false; this.flush(); }
    } catch (error) {
      this.#posting = undefined;
      if (!this.isOver) this.close(error);
    }
  }

  /** Sends frames, each behind its length, and answers with those that come back. */
  async post(frames, headers = {}) {
    const response = await fetch(this.url, {
      method: 'POST', cache: 'no-store', signal: this.aborting.signal,
      headers: { 'content-type': 'application/wire-resume', ...headers }, body: bytes(...frames.flatMap(frame => [number(frame.length), frame])),
    });
    const answer = new Uint8Array(await response.arrayBuffer()), isFrames = response.headers.get('content-type') === 'application/wire-resume';
    if (response.status === 503 && isFrames) split(answer).forEach(frame => this.took(frame));
    if (!response.ok || !isFrames) throw new Error(`the server answers ${response.status}`);
    return split(answer);
  }
}

class EventLink extends PostingLink {
  #source;

  open() {
    const url = new URL(this.url);
    url.searchParams.set('hello', base64(this.session.hello()));
    const source = this.#source = new EventSource(url);
    source.onmessage = ({ data }) => this.took(Uint8Array.from(atob(data), c => c.charCodeAt(0)));
    source.onerror = () => this.close(new Error('the event stream has ended'));
  }

  stop() { super.stop(); this.#source.close(); }
}

class PollLink extends PostingLink {
  async open() {
    try {
      while (!this.isOver) {
        // The first one is answered at once, so that it is known whether polls get through.
        const frames = await this.post([this.session.hello()], { prefer: `wait=${this.isOpen ? this.options.pollWait : 0}` });
        for (const frame of frames) this.took(frame);
      }
    } catch (error) {
      this.close(error);
    }
  }

  /** The next poll says it. */
  sendAck() {}
}

const TRANSPORTS = { websocket: SocketLink, sse: EventLink, poll: PollLink };

/** A number in its shortest form (RFC 9000 §16). */
function number(value) {
  const length = value < 64 ? 1 : value < 16384 ? 2 : value < 1073741824 ? 4 : 8, form = new Uint8Array(length);
  for (let i = length - 1, rest = value; i >= 0; i--) { form[i] = rest % 256; rest = Math.floor(rest / 256); }
  form[0] |= { 1: 0, 2: 64, 4: 128, 8: 192 }[length];
  return form;
}

/** A number at the beginning of bytes, and what stands behind it. */
function readNumber(from) {
  const length = from.length > 0 ? 1 << (from[0] >> 6) : 1;
  if (from.length < length) throw new Error('a number is not complete');
  let value = from[0] & 63;
  for (let i = 1; i < length; i++) value = value * 256 + from[i];
  return [value, from.subarray(length)];
}

/** A frame (wire-resume §1). */
function parse(frame) {
  const type = frame[0], rest = frame.subarray(1);
  if (type === END) return { type };
  const [first, more] = readNumber(rest);
  if (type === TEXT || type === BINARY) return { type, number: first, data: more.slice() };
  if (type === ACK) return { type, number: first };
  if (type === GONE) return { type, code: first };
  if (type === RETRY) return { type, delay: first, window: readNumber(more)[0] };
  if (type !== WELCOME) return { type };
  const [seconds, id] = readNumber(more);
  if (id.length !== 16) throw new Error('a WELCOME without an id');
  return { type, number: first, seconds, id: id.slice() };
}

/** The frames of a stream, each behind its length. */
function split(stream) {
  const frames = [];
  for (let rest = stream; rest.length > 0;) {
    const [length, more] = readNumber(rest);
    if (length === 0 || more.length < length) throw new Error('a frame is not complete');
    frames.push(more.subarray(0, length));
    rest = more.subarray(length);
  }
  return frames;
}

function bytes(...parts) {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { joined.set(part, at); at += part.length; }
  return joined;
}

const base64 = from => btoa(String.fromCharCode(...from)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
