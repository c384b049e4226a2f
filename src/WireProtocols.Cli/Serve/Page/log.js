// The list of what crossed the wire, and the list of what the browser said of it.

import { dump, go, perLineIn } from './bytes.js';
import { copies } from './copy.js';
import { plural } from './dissector.js';

const MOST = 300;

export class WireLog {
  elements = [];
  /** The byte that somebody wants to see as soon as it is there: '3.5' is byte 5 of the third element. */
  wanted = '';
  #list;
  #items = new Map();
  #waiting = [];
  #count = 0;
  #perLine = 16;
  #follows = true;

  constructor(list) {
    this.#list = list;
    // The list goes on to its end by itself, until somebody goes elsewhere in it.
    const look = () => requestAnimationFrame(() => { this.#follows = list.scrollHeight - list.scrollTop - list.clientHeight < 80; });
    for (const event of ['wheel', 'touchmove', 'keydown', 'pointerup']) list.addEventListener(event, look, { passive: true });
    list.addEventListener('focusin', ({ target }) => { if (target !== list) this.#follows = false; });
    new ResizeObserver(() => this.#measure()).observe(list);
    this.#measure();
  }

  /** Shows an element, or shows it again when something has come out about it. */
  add(element) {
    if (element.number === undefined) {
      element.number = ++this.#count;
      this.elements.push(element);
      if (this.elements.length > MOST) this.elements.shift();
    }
    if (this.#waiting.length === 0) requestAnimationFrame(() => this.#flush());
    this.#waiting.push(element);
  }

  /** A line of what became of a connection. */
  note(note) { this.add({ ...note, isNote: true }); }

  clear() {
    this.elements = [];
    this.#waiting = [];
    this.#count = 0;
    this.#follows = true;
    this.#items.clear();
    this.#list.replaceChildren();
  }

  #flush() {
    const list = this.#list;
    for (const element of this.#waiting.splice(0).slice(-MOST)) {
      const item = element.isNote ? noteItem(element) : itemOf(element, this.#perLine), old = this.#items.get(element.number);
      const held = old?.contains(document.activeElement) ? Number(document.activeElement.dataset.at) : NaN;
      if (old) old.replaceWith(item); else list.append(item);
      if (held >= 0) go(item.querySelector('.grid'), held);
      this.#items.set(element.number, item);
    }
    while (list.children.length > MOST) {
      this.#items.delete(Number(list.firstChild.dataset.number));
      list.firstChild.remove();
    }
    if (this.#follows) list.scrollTop = list.scrollHeight;
    this.#goToWanted();
  }

  #goToWanted() {
    const [number, at] = this.wanted.split('.').map(Number), grid = this.#items.get(number)?.querySelector('.grid');
    if (!grid || !(at >= 0)) return;
    this.wanted = '';
    go(grid, at);
  }

  #measure() {
    const fits = perLineIn(this.#list.clientWidth);
    if (fits === this.#perLine) return;
    this.#perLine = fits;
    for (const element of this.elements) this.#waiting.push(element);
    this.#flush();
  }
}

function itemOf(element, perLine) {
  const item = document.createElement('li');
  item.className = element.from;
  item.dataset.number = element.number;
  const about = part('div', '', 'about'), title = part('div', '', 'title'), text = part('bdi', element.title);
  text.dir = 'auto';
  title.append(text);
  about.append(
    part('span', element.from === 'client' ? 'client →' : '← server', 'who'),
    part('span', `connection ${element.connection}${element.stream === undefined ? '' : `, stream ${element.stream}`}`),
    part('span', `+${(element.at / 1000).toFixed(3)} s`, 'when'),
    part('span', plural(element.bytes.length)),
    copies(element));
  item.append(about, title, dump(element, `${element.from}: ${element.title.slice(0, 80)}`, perLine));
  for (const derived of element.derived ?? []) item.append(derivedItem(derived, perLine));
  return item;
}

/** Bytes that did not cross the wire: what follows from those that did. */
function derivedItem({ label, bytes, open }, perLine) {
  const details = part('details', '', 'derived');
  details.open = open;
  details.append(part('summary', `${label} (not on the wire)`));
  const show = () => {
    if (details.open && details.children.length === 1 && bytes.length > 0) {
      details.append(dump({ bytes, fields: [{ start: 0, end: bytes.length, kind: 'data', name: label, value: '', text: true }] }, label, perLine));
    }
  };
  details.ontoggle = show;
  show();
  return details;
}

function noteItem(note) {
  const item = part('li', '', note.bad ? 'note bad' : 'note');
  item.dataset.number = note.number;
  const who = note.from === 'client' ? 'client → ' : note.from === 'server' ? '← server ' : '';
  item.append(part('span', `+${(note.at / 1000).toFixed(3)} s`, 'when'), `${who}connection ${note.connection}: ${note.text}`);
  return item;
}

export class BrowserLog {
  #list;
  #begun = performance.now();

  constructor(list) { this.#list = list; }

  tell(label, text = '', bad = false) {
    const item = part('li', '', bad ? 'bad' : '');
    const says = part('bdi', text.length > 400 ? `${text.slice(0, 400)}…` : text);
    says.dir = 'auto';
    item.append(part('time', `+${((performance.now() - this.#begun) / 1000).toFixed(3)} s`), part('b', label), says);
    const follows = this.#list.scrollHeight - this.#list.scrollTop - this.#list.clientHeight < 60;
    this.#list.append(item);
    while (this.#list.children.length > MOST) this.#list.firstChild.remove();
    if (follows) this.#list.scrollTop = this.#list.scrollHeight;
  }

  clear() {
    this.#begun = performance.now();
    this.#list.replaceChildren();
  }
}

function part(name, text, className) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}
