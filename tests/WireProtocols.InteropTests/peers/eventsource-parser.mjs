// eventsource-parser as a reader of what the library writes.
// usage: node eventsource-parser.mjs FILE SEED
// Prints a JSON array a line: ["event", type, data, lastEventId], ["comment", text] or ["retry", milliseconds].
import fs from 'node:fs';
import { createParser } from 'eventsource-parser';

const [file, seed] = [process.argv[2], Number(process.argv[3])];
const bytes = fs.readFileSync(file);
let lastEventId = '';
const print = row => process.stdout.write(JSON.stringify(row) + '\n');
const parser = createParser({
  onEvent: ({ event, id, data }) => {
    lastEventId = id ?? lastEventId;
    print(['event', event || 'message', data, lastEventId]);
  },
  onComment: text => print(['comment', text]),
  onRetry: milliseconds => print(['retry', milliseconds]),
  onError: error => { throw error; },
});

// In pieces of random sizes, as a socket might give them; a stateful decoder keeps characters whole.
const decoder = new TextDecoder('utf-8');
let state = seed;
for (let at = 0; at < bytes.length;) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  const size = seed === 0 ? bytes.length : 1 + (state >>> 16) % 97;
  parser.feed(decoder.decode(bytes.subarray(at, at + size), { stream: true }));
  at += size;
}
