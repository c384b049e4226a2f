// Event streams: the browser reads them itself, and comes back with the last id when one is cut.

import { quote } from '../dissector.js';

const run = (path, isEnd) => context => new Promise(resolve => {
  const { tap, signal, told, message } = context;
  const source = new EventSource(tap.path(path(context.options)));
  const end = () => { source.close(); resolve(); };
  let last = '';
  source.onopen = () => told('open', last === '' ? 'text/event-stream' : `again, behind event ${last}`);
  source.onmessage = ({ data, lastEventId }) => {
    last = lastEventId;
    message();
    told(`message${lastEventId && ` ${lastEventId}`}`, quote(data));
    if (isEnd(data)) { told('done', 'the page closes the stream'); end(); }
  };
  source.onerror = () => {
    const isOver = source.readyState === EventSource.CLOSED;
    told('error', isOver ? 'closed for good' : `the stream has ended; the browser comes back${last && ` and says Last-Event-ID: ${last}`}`, true);
    if (isOver) end();
  };
  signal.addEventListener('abort', end, { once: true });
});

export const clock = {
  id: 'sse', group: 'Server-Sent Events', name: 'SSE clock',
  about: 'One response that does not end: events with ids, a comment, and how long to wait before coming back. Cut it, and look for Last-Event-ID.',
  options: [
    { name: 'interval', label: 'Interval', type: 'number', value: '1000', hint: 'ms' },
    { name: 'count', label: 'End after', type: 'number', value: '', hint: 'events' },
  ],
  run: run(({ interval, count }) => `/sse/clock?interval=${interval || 1000}${count && `&count=${count}`}`, () => false),
};

export const tokens = {
  id: 'tokens', group: 'Server-Sent Events', name: 'SSE tokens',
  about: 'What the API of a language model sends: an event a token, and “[DONE]” at last; then the page closes the stream.',
  options: [
    { name: 'count', label: 'Tokens', type: 'number', value: '19' },
    { name: 'interval', label: 'Interval', type: 'number', value: '150', hint: 'ms' },
  ],
  run: run(({ count, interval }) => `/sse/tokens?count=${count || 19}&interval=${interval || 150}`, data => data === '[DONE]'),
};
