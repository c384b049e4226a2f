// An element as hexadecimal, as a command of curl, as a vector of the tests, and everything as JSON.

import { hexOf } from './dissector.js';

const OPCODES = { 0: 'Continuation', 1: 'Text', 2: 'Binary', 8: 'Close', 9: 'Ping', 10: 'Pong' };

/** The buttons that copy an element. */
export function copies(element) {
  const box = document.createElement('span');
  box.className = 'copy';
  box.append(button('hex', 'Copy as hex', () => hexOf(element.bytes, ' ')));
  if (element.head) box.append(button('curl', 'Copy as curl command', () => curlOf(element.head)));
  if (element.frame && element.bytes.length < 65536) box.append(button('vector', 'Copy as test vector', () => vectorOf(element)));
  return box;
}

function button(text, label, content) {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = 'quiet';
  made.textContent = text;
  made.ariaLabel = label;
  made.title = label;
  made.onclick = async () => {
    const copied = await put(content());
    made.textContent = copied ? 'copied' : 'not allowed';
    setTimeout(() => { made.textContent = text; }, 1200);
  };
  return made;
}

async function put(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

const quoted = text => `'${text.replaceAll("'", "'\\''")}'`;

/** The request as curl sends it. What curl says by itself, and who watches, is left out. */
export function curlOf({ method, target, lines }) {
  const own = /^(host|connection|content-length|accept-encoding|user-agent|sec-fetch-.*|sec-ch-.*|pragma|cookie|referer)$/i;
  const url = new URL(target.replace(/([?&])wire=[^&]*&?/, '$1').replace(/[?&]$/, ''), location.origin);
  const fields = lines.filter(([name]) => !own.test(name));
  const isSocket = fields.some(([name, value]) => /^upgrade$/i.test(name) && /websocket/i.test(value));
  return [
    'curl -N --http1.1', ...(method === 'GET' ? [] : [`-X ${method}`]), ...(isSocket ? ["-H 'Connection: Upgrade'"] : []),
    ...fields.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`), quoted(url.href),
  ].join(' ');
}

/** A frame as tests/vectors/websocket has it. */
export function vectorOf({ bytes, from, frame, payload, title }) {
  const header = bytes.length - payload.length;
  const row = `frame 0 ${OPCODES[frame.opcode] ?? frame.opcode}${frame.fin ? ' fin' : ''}${frame.key ? ` key ${hexOf(frame.key)}` : ''} header ${header} length ${frame.length}`;
  return JSON.stringify({
    name: title, section: 'RFC 6455 §5.2', ...(from === 'server' ? { options: { from } } : {}), hex: hexOf(bytes, ' '),
    rows: [row, ...(payload.length > 0 ? [`payload ${hexOf(payload)}`] : []), `end ${bytes.length}`],
  });
}

/** Everything that is shown, as JSON. */
export const exportOf = elements => elements.filter(element => !element.isNote).map(element => ({
  number: element.number, connection: element.connection, ...(element.stream === undefined ? {} : { stream: element.stream }),
  from: element.from, at: element.at, offset: element.offset, title: element.title, hex: hexOf(element.bytes),
  fields: element.fields.map(({ start, end, name, value, rule }) => ({ start, end, name, value, ...(rule ? { spec: rule[0] } : {}) })),
  ...(element.bad ? { violation: element.bad } : {}),
}));

/** Offers a file. */
export function save(name, text) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
