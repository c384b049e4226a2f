// A server that breaks a rule (`--misbehave`): what this browser makes of it.

import { plural, quote } from '../dissector.js';

/** `rows` is the index of bad paths. */
export const bad = rows => ({
  id: 'bad', group: 'By hand', name: 'A bad server',
  about: 'The server breaks one rule, and this browser shows what it does: is it as strict as it should be?',
  options: [{ name: 'path', label: 'Broken rule', type: 'select', value: rows[0].path, choices: rows.map(row => row.path), wide: true }],
  async run(context) {
    const { options, told } = context, row = rows.find(r => r.path === options.path) ?? rows[0];
    told('rule', `${quote(row.sentence)} ${row.spec}`);
    told('right', row.expected);
    await (row.path.startsWith('/bad/ws/') ? socket : request)(context, row);
  },
});

const socket = ({ tap, signal, told, message }, row) => new Promise(resolve => {
  const opened = new WebSocket(`ws://${location.host}${tap.path(row.path)}`);
  opened.onopen = () => told('open', `extensions: ${opened.extensions || 'none'}`);
  opened.onmessage = ({ data }) => { message(); told('message', typeof data === 'string' ? quote(data) : 'bytes'); };
  opened.onclose = ({ code, reason }) => { told('close', `${code} ${quote(reason)}`, code === 1006); resolve(); };
  signal.addEventListener('abort', () => opened.close(), { once: true });
});

async function request({ tap, signal, told, message }, row) {
  const response = await fetch(tap.path(row.path), { signal, cache: 'no-store' });
  told('response', `${response.status} ${response.headers.get('content-type') ?? ''}`);
  const body = await response.arrayBuffer();
  message();
  told('body', plural(body.byteLength));
}
