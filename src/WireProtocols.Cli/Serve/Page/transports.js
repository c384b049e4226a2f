// What can be started: each transport with its options, how it runs, and what can be done while it does.

import { bad } from './transports/bad.js';
import { chain } from './transports/chain.js';
import { chat, webSocket } from './transports/websocket.js';
import { clock, tokens } from './transports/events.js';
import { compare } from './compare.js';
import { echo, ndjson } from './transports/fetch.js';
import { longPoll, shortPoll } from './transports/poll.js';
import { raw } from './transports/raw.js';
import { rpc } from './transports/rpc.js';
import { webTransport } from './transports/webtransport.js';

/**
 * A transport is { id, group, name, about, options, run(context), actions }. An option is { name, label, type, value }, and its value is in the URL.
 * `run` ends when the transport does; it is told { options, tap, signal, told(label, text, bad), message(ms), actions(list) }.
 */
export async function transports() {
  const all = [webSocket, chat, clock, tokens, ndjson, echo, longPoll, shortPoll, rpc];
  const there = (await (await fetch('/routes')).json()).map(route => route.path);
  const [quic, misbehaves] = await Promise.all([offered('/webtransport', there), offered('/bad/?json', there)]);
  if (quic && 'WebTransport' in self) all.push(webTransport(JSON.parse(quic)));
  if (there.includes('/resume/echo')) all.push(chain);
  if (there.includes('/raw')) all.push(raw);
  if (misbehaves) all.push(bad(misbehaves.trim().split('\n').map(row => JSON.parse(row))));
  all.push(compare);
  return all;
}

/** The addresses that the server has: what is not there is not asked for. */
async function offered(path, there) {
  return there.includes(path.split('?')[0]) ? await (await fetch(path)).text() : undefined;
}
