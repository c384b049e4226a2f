// The fallback chain: a session that goes on over a WebSocket, an event stream with POST, or long polls, whatever gets through.

import { plural, quote } from '../dissector.js';
import { WireClient } from '/wire-client.js';

const NAMES = { websocket: 'WebSocket', sse: 'event stream', poll: 'long polls' };

export const chain = {
  id: 'chain', group: 'Resume', name: 'Fallback chain',
  about: 'One session over what gets through: a WebSocket, else an event stream with POST, else long polls. Take one away, and the next takes over; no message is lost, none comes twice.',
  options: [{ name: 'text', label: 'Message', type: 'text', value: 'Hello, 世界', wide: true }],
  run: context => new Promise(resolve => {
    const { tap, signal, told, message, actions, options } = context;
    const transports = Object.keys(NAMES), sent = new Map();
    const client = new WireClient(tap.path('/resume/echo?deflate=off'), { transports, firstWait: 400, longestWait: 5000 });
    let count = 0;
    const send = () => {
      const text = `${options.text} ${++count}`;
      sent.set(text, performance.now());
      if (!client.send(text)) told('full', 'too much waits already', true);
    };
    const toggle = name => {
      const isThere = transports.includes(name);
      transports.splice(0, transports.length, ...Object.keys(NAMES).filter(other => (other === name ? !isThere : transports.includes(other))));
      told(isThere ? 'taken away' : 'given back', NAMES[name]);
      if (isThere ? client.transport === name : true) client.drop();
      show();
    };
    const show = () => actions([
      { label: 'Send', first: true, run: send },
      { label: 'Send 100', run: () => { for (let i = 0; i < 100; i++) send(); } },
      ...Object.keys(NAMES).map(name => ({ label: `${transports.includes(name) ? 'Take away' : 'Give back'} ${NAMES[name]}`, run: () => toggle(name) })),
    ]);
    const on = (name, tell) => client.addEventListener(name, ({ detail }) => tell(detail));
    on('open', ({ transport, isNew }) => told('open', `over ${NAMES[transport]}, ${isNew ? 'a new session' : 'the session goes on'}`));
    on('message', text => {
      message(sent.has(text) ? performance.now() - sent.get(text) : undefined);
      sent.delete(text);
      told('message', typeof text === 'string' ? quote(text) : plural(text.length));
    });
    on('lost', ({ transport, message: why }) => told('lost', `${NAMES[transport]}: ${why}`, true));
    on('wait', ({ milliseconds }) => told('back-off', `${milliseconds} ms`));
    on('gone', ({ unacknowledged }) => told('gone', `the server has forgotten the session; of ${unacknowledged.length} messages nobody knows`, true));
    on('close', ({ message: why }) => { told('close', why); resolve(); });
    show();
    send();
    signal.addEventListener('abort', () => client.close(500), { once: true });
  }),
};
