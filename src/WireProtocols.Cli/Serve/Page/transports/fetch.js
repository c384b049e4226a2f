// What fetch reads while it comes: lines of JSON in chunks, and a body that comes back.

import { comingBack } from '../backoff.js';
import { encode, plural, quote, utf8 } from '../dissector.js';

export const ndjson = {
  id: 'ndjson', group: 'Fetch', name: 'NDJSON',
  about: 'A body in chunks, each with a line of JSON, read by fetch while it comes. It has no ids: who comes back begins anew.',
  options: [
    { name: 'interval', label: 'Interval', type: 'number', value: '500', hint: 'ms' },
    { name: 'count', label: 'Records', type: 'number', value: '20' },
  ],
  run: context => comingBack(context, async up => {
    const { tap, signal, told, message, options } = context;
    const response = await fetch(tap.path(`/ndjson/ticks?count=${options.count || 20}&interval=${options.interval || 500}`), { signal });
    up();
    told('response', `${response.status} ${response.headers.get('content-type')}`);
    let rest = '';
    for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
      const records = (rest + piece).split('\n');
      rest = records.pop();
      for (const record of records) { message(); told('record', record); }
    }
    told('end', 'the body is complete');
    return true;
  }),
};

export const echo = {
  id: 'echo', group: 'Fetch', name: 'POST /echo',
  about: 'A request with a body, and the same body back in chunks. Browsers send no trailers: “Bytes by hand” does.',
  options: [{ name: 'text', label: 'Body', type: 'text', value: 'Hello, 世界', wide: true }],
  run: context => new Promise(resolve => {
    const { tap, signal, told, message, actions, options } = context;
    const post = async body => {
      const begun = performance.now();
      const response = await fetch(tap.path('/echo'), { method: 'POST', body, signal, headers: { 'content-type': 'text/plain; charset=utf-8' } });
      told('response', `${response.status} ${response.headers.get('content-type')}`);
      const answer = new Uint8Array(await response.arrayBuffer());
      message(performance.now() - begun);
      told('body', answer.length > 200 ? plural(answer.length) : quote(utf8(answer)));
    };
    const tried = body => post(body).catch(error => { if (!signal.aborted) told('error', error.message, true); });
    actions([
      { label: 'Post', first: true, run: () => tried(options.text) },
      { label: 'Post 100 kB', run: () => tried(encode('0123456789abcdef'.repeat(6250))) },
    ]);
    tried(options.text);
    signal.addEventListener('abort', resolve, { once: true });
  }),
};
