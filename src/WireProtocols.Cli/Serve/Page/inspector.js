// What a byte means: its field, the value, the rule, and where it is written.

import { hexOf } from './dissector.js';

const LINKS = [
  [/^RFC (\d+)(?: §([\d.]+))?/, (_, rfc, section) => `https://www.rfc-editor.org/rfc/rfc${rfc}${section ? `#section-${section}` : ''}`],
  [/^WHATWG HTML/, () => 'https://html.spec.whatwg.org/multipage/server-sent-events.html'],
  [/^draft-ietf-webtrans-http3/, () => 'https://datatracker.ietf.org/doc/draft-ietf-webtrans-http3/'],
];

/** Shows the byte of a dump in `box`. */
export function inspect(box, source, at) {
  const { bytes, fields, bad } = source;
  const field = fields.find(f => at >= f.start && at < f.end);
  const title = element('h3', field?.name ?? 'a byte');
  const parts = [title];
  if (field?.value) {
    const value = element('p', '', 'value'), text = element('bdi', field.value.length > 400 ? `${field.value.slice(0, 400)}…` : field.value);
    text.dir = 'auto';
    value.append(text);
    parts.push(value);
  }
  if (bad && at >= bad.start && at < bad.end) parts.push(rule([bad.spec, bad.text], 'Broken here: ', true));
  if (field?.bits) parts.push(bitsOf(field.bits));
  parts.push(facts(source, field, at, bytes[at]));
  if (field?.rule) parts.push(rule(field.rule));
  box.replaceChildren(...parts);
}

function facts({ bytes, offset }, field, at, byte) {
  const rows = [
    ['byte', `${byte.toString(16).padStart(2, '0')} hex · ${byte} · ${byte.toString(2).padStart(8, '0').replace(/(....)/, '$1 ')}`],
    ['where', `${at}${offset === undefined ? '' : ` here, ${offset + at} in this direction of the connection`}`],
  ];
  if (field && field.end - field.start > 1) rows.push(['field', `byte ${at - field.start + 1} of ${field.end - field.start}`]);
  if (field?.key) {
    const key = field.key[(at - field.start + (field.keyOffset ?? 0)) & 3], plain = byte ^ key;
    rows.push(['unmasked', `${hexOf([byte])} XOR ${hexOf([key])} = ${hexOf([plain])}${printable(plain)}`]);
  } else if (byte > 127 && (field?.text || field?.kind === 'data' || field?.kind === 'value')) {
    const character = characterAt(bytes, at);
    if (character) rows.push(['character', character]);
  } else if (byte > 31 && byte < 127) rows.push(['character', String.fromCharCode(byte)]);
  const list = document.createElement('dl');
  for (const [name, value] of rows) list.append(element('dt', name), element('dd', value));
  return list;
}

const printable = byte => (byte > 31 && byte < 127 ? `, “${String.fromCharCode(byte)}”` : '');

/** The character of UTF-8 that a byte belongs to. */
function characterAt(bytes, at) {
  let start = at;
  while (start > 0 && at - start < 3 && (bytes[start] & 0xc0) === 0x80) start--;
  const lead = bytes[start], length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
  if (length === 0 || at >= start + length) return undefined;
  const text = new TextDecoder().decode(bytes.subarray(start, start + length));
  return `${text} U+${text.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}, byte ${at - start + 1} of ${length} in UTF-8`;
}

function bitsOf(bits) {
  const list = element('ul', '', 'bits');
  for (const [pattern, meaning] of bits) {
    const item = document.createElement('li');
    item.append(element('span', pattern), element('span', meaning));
    list.append(item);
  }
  return list;
}

function rule([spec, sentence], lead = '', isBad = false) {
  const box = element('p', '', isBad ? 'rule bad' : 'rule');
  box.append(`${lead}${sentence} `, where(spec));
  return box;
}

function where(spec) {
  for (const [pattern, address] of LINKS) {
    const match = spec.match(pattern);
    if (!match) continue;
    const link = element('a', spec);
    link.href = address(...match);
    link.target = '_blank';
    link.rel = 'noreferrer';
    return link;
  }
  return element('span', spec, 'faint');
}

function element(name, text, className) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}
