// Polling: asking again and again. A long poll waits for something new; a short one says what it has, and hears 304.

import { comingBack } from '../backoff.js';

const pause = (milliseconds, signal) => new Promise(resolve => {
  const timer = setTimeout(resolve, milliseconds);
  signal.addEventListener('abort', () => { clearTimeout(timer); resolve(); }, { once: true });
});

export const longPoll = {
  id: 'long', group: 'Polling', name: 'Long polling',
  about: 'A request that the server answers when there is something new, or when the time is over; then the next one.',
  options: [{ name: 'timeout', label: 'Wait for at most', type: 'number', value: '10000', hint: 'ms' }],
  run: context => {
    const { tap, signal, told, message, options } = context;
    let since = 0;
    return comingBack(context, async up => {
      const begun = performance.now();
      const response = await fetch(tap.path(`/poll?timeout=${options.timeout || 10000}&since=${since}`), { signal, cache: 'no-store' });
      const answer = await response.json();
      up();
      message();
      since = answer.last;
      told(`answer ${response.status}`, `after ${Math.round(performance.now() - begun)} ms: ${answer.events.length} new, the last one is ${answer.last}`);
      return false;
    });
  },
};

export const shortPoll = {
  id: 'short', group: 'Polling', name: 'Short polling',
  about: 'The same question every so often, with what one has in If-None-Match: 304 says that there is nothing new, without a body.',
  options: [{ name: 'every', label: 'Ask every', type: 'number', value: '400', hint: 'ms' }],
  run: context => {
    const { tap, signal, told, message, options } = context;
    let tag = '';
    return comingBack(context, async up => {
      const response = await fetch(tap.path('/poll?timeout=0'), { signal, cache: 'no-store', headers: tag === '' ? {} : { 'if-none-match': tag } });
      up();
      message();
      tag = response.headers.get('etag') ?? tag;
      told(`answer ${response.status}`, response.status === 304 ? 'nothing new' : await response.text());
      await pause(Number(options.every) || 400, signal);
      return false;
    });
  },
};
