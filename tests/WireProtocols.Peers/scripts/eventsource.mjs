// npm eventsource. usage: node eventsource.mjs http://host:port/
import loop from './eventsource-loop.mjs';
import { require, survive } from './packages.mjs';

survive();
await loop(require('eventsource').EventSource, process.argv[2]);
process.exit(0);
