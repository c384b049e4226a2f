// Bytes on the page: hexadecimal and text, aligned, each byte with the colour of its field. One stop of the Tab key a dump; arrows go on from there.

import { plural } from './dissector.js';

const FIRST_SHOWN = 512, HEAD_SHOWN = 128, MORE_SHOWN = 8192;
const KINDS = {
  line: 'start line', name: 'name', value: 'value', end: 'separator', frame: 'framing', mask: 'masking key', data: 'payload', hidden: 'hidden',
};

export const legend = () => ['line', 'name', 'value', 'end', 'frame', 'mask', 'data'].map(kind => {
  const item = document.createElement('li');
  item.className = `k-${kind}`;
  item.textContent = KINDS[kind];
  return item;
});

/** How many bytes fit on a line of this width. */
export const perLineIn = width => (width >= 1140 ? 32 : width >= 590 ? 16 : 8);

/** A dump of { bytes, fields, bad? }. `label` is its name for who does not see it. */
export function dump(source, label, perLine) {
  const box = document.createElement('div');
  const grid = make('div', 'grid');
  grid.role = 'grid';
  grid.ariaLabel = `${label}, ${plural(source.bytes.length)}`;
  grid.dump = source;
  box.append(grid);
  let shown = 0;
  const show = count => {
    const to = Math.min(source.bytes.length, shown + count);
    grid.append(...linesOf(source, shown, to, perLine));
    shown = to;
    if (shown === source.bytes.length) return;
    const more = make('button', 'quiet more');
    more.type = 'button';
    more.textContent = `Show ${(source.bytes.length - shown).toLocaleString('en')} more bytes`;
    more.onclick = () => { more.remove(); show(MORE_SHOWN); };
    box.append(more);
  };
  const isHead = source.kind === 'request' || source.kind === 'response';
  show(Math.max(isHead ? HEAD_SHOWN : FIRST_SHOWN, Math.min(source.bad?.end ?? 0, 65536)));
  grid.querySelector('b')?.setAttribute('tabindex', '0');
  return box;
}

function linesOf(source, from, to, perLine) {
  const lines = [], fields = fieldOfEach(source, from, to);
  for (let at = from; at < to; at += perLine) {
    const end = Math.min(to, at + perLine);
    lines.push(lineOf(source, at, end, perLine, fields));
    const { bad } = source;
    if (bad && bad.start >= at && bad.start < end) lines.push(caretOf(bad, at, perLine));
  }
  return lines;
}

function fieldOfEach({ fields }, from, to) {
  const each = new Map();
  fields.forEach((field, index) => {
    for (let at = Math.max(from, field.start); at < Math.min(to, field.end); at++) each.set(at, index);
  });
  return each;
}

function lineOf({ bytes, fields, bad }, at, end, perLine, each) {
  const line = make('div', 'line'), text = make('span', 'text');
  line.role = 'row';
  const offset = make('span', 'at');
  offset.role = 'rowheader';
  offset.textContent = at.toString(16).padStart(perLine > 8 ? 4 : 3, '0');
  line.append(offset);
  text.ariaHidden = 'true';
  for (let i = at; i < at + perLine; i++) {
    const gap = i > at && (i - at) % 8 === 0 ? ' gap' : '';
    if (i >= end) { line.append(make('span', `pad${gap}`)); continue; }
    const index = each.get(i), field = fields[index];
    const cell = make('b', (field ? `k-${field.kind}` : '') + gap), letter = make('i', field ? `k-${field.kind}` : '');
    cell.role = 'gridcell';
    cell.tabIndex = -1;
    cell.textContent = bytes[i].toString(16).padStart(2, '0');
    letter.textContent = bytes[i] > 31 && bytes[i] < 127 ? String.fromCharCode(bytes[i]) : '·';
    for (const part of [cell, letter]) { part.dataset.at = i; if (field) part.dataset.field = index; }
    if (field?.start === i) cell.classList.add('start');
    if (field?.end === i + 1) cell.classList.add('end');
    if (bad && i >= bad.start && i < bad.end) { cell.classList.add('wrong'); letter.classList.add('wrong'); }
    line.append(cell);
    text.append(letter);
  }
  line.append(text);
  return line;
}

/** The caret stands under the byte that broke the rule, and the sentence beside it. */
function caretOf(bad, at, perLine) {
  const line = make('div', 'caret'), cell = make('span', ''), mark = make('span', ''), why = make('span', 'why');
  line.role = 'row';
  cell.role = 'gridcell';
  const column = bad.start - at;
  cell.className = `gaps-${Math.floor(column / 8)}`;
  mark.textContent = `${' '.repeat((perLine > 8 ? 5 : 4) + 3 * column)}^^ `;
  mark.ariaHidden = 'true';
  why.textContent = `${bad.text} (${bad.spec})`;
  cell.append(mark, why);
  line.append(cell);
  return line;
}

function make(name, className) {
  const made = document.createElement(name);
  if (className) made.className = className;
  return made;
}

/** Keys and the pointer, for all dumps inside of `root`. `told(dump, at, isFocus)` is told which byte is meant. */
export function follow(root, told) {
  let here;
  const mean = (cell, isFocus) => {
    const grid = cell.closest('.grid');
    if (here?.grid === grid && here.at === cell.dataset.at && !isFocus) return;
    leave();
    here = { grid, at: cell.dataset.at };
    const same = cell.dataset.field === undefined ? [cell] : grid.querySelectorAll(`[data-field="${cell.dataset.field}"]`);
    for (const part of same) part.classList.add('on');
    for (const part of grid.querySelectorAll(`[data-at="${here.at}"]`)) part.classList.add('here');
    if (isFocus) cell.ariaLabel = nameOf(grid.dump, Number(here.at));
    told(grid.dump, Number(here.at), isFocus);
  };
  const leave = () => {
    for (const part of here?.grid.querySelectorAll('.on, .here') ?? []) part.classList.remove('on', 'here');
    here = undefined;
  };
  const cellOf = target => target.closest?.('[data-at]');
  root.addEventListener('pointerover', ({ target, pointerType }) => { const cell = cellOf(target); if (cell && pointerType !== 'touch') mean(cell, false); });
  root.addEventListener('focusin', ({ target }) => { const cell = cellOf(target); if (cell) mean(cell, true); });
  root.addEventListener('click', ({ target }) => { const cell = cellOf(target); if (cell) go(cell.closest('.grid'), Number(cell.dataset.at)); });
  root.addEventListener('keydown', event => {
    const cell = cellOf(event.target);
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
    const grid = cell.closest('.grid'), to = target(event.key, grid, Number(cell.dataset.at));
    if (to === undefined) return;
    event.preventDefault();
    go(grid, Math.max(0, to));
  });
}

function target(key, grid, at) {
  const { fields, bytes } = grid.dump, perLine = grid.querySelector('.line').querySelectorAll('b').length;
  const index = fields.findIndex(field => at >= field.start && at < field.end);
  switch (key) {
    case 'ArrowRight': return at + 1;
    case 'ArrowLeft': return at - 1;
    case 'ArrowDown': return at + perLine;
    case 'ArrowUp': return at - perLine;
    case 'Home': return at - at % perLine;
    case 'End': return Math.min(bytes.length - 1, at - at % perLine + perLine - 1);
    case 'PageDown': return at + 8 * perLine;
    case 'PageUp': return at - 8 * perLine;
    case '.': return fields[index + 1]?.start;
    case ',': return index > 0 ? fields[index - 1].start : 0;
    default: return undefined;
  }
}

/** Goes to a byte of a dump. */
export function go(grid, at) {
  const cells = grid.querySelectorAll('b[data-at]'), cell = cells[Math.min(at, cells.length - 1)];
  grid.querySelector('b[tabindex="0"]')?.setAttribute('tabindex', '-1');
  cell.tabIndex = 0;
  cell.focus();
}

function nameOf({ bytes, fields, bad }, at) {
  const field = fields.find(f => at >= f.start && at < f.end);
  const wrong = bad && at >= bad.start && at < bad.end ? `. Broken rule: ${bad.text}` : '';
  return `${bytes[at].toString(16).padStart(2, '0')}, byte ${at}${field ? `, ${field.name}${field.value ? `: ${field.value.slice(0, 80)}` : ''}` : ''}${wrong}`;
}
