// npm eventsource-parser behind fetch; it reads one stream. usage: node eventsource-parser.mjs http://host:port/
import { post, require, survive } from './packages.mjs';

const { createParser } = require('eventsource-parser');
const url = process.argv[2];
survive();

async function read() {
  const rows = [];
  try {
    const response = await fetch(url, { headers: { accept: 'text/event-stream', 'cache-control': 'no-store' } });
    if (response.status !== 200 || !/^text\/event-stream\s*(;|$)/i.test(response.headers.get('content-type') ?? '')) {
      throw new Error(`status ${response.status}, ${response.headers.get('content-type')}`);
    }
    const parser = createParser({ onEvent: event => rows.push({ kind: 'event', type: event.event || 'message', data: event.data }) });
    const decoder = new TextDecoder();
    for await (const piece of response.body) parser.feed(decoder.decode(piece, { stream: true }));
    parser.feed(decoder.decode());
  } catch (error) {
    rows.push({ kind: 'error', message: String(error.cause ?? error) });
  }
  return rows;
}

while (await post(url, await read())) { /* the next case */ }
process.exit(0);
