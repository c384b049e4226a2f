// undici's WebSocket. usage: node undici-websocket.mjs ws://host:port/
import loop from './websocket-loop.mjs';
import { require, survive } from './packages.mjs';

survive();
await loop(require('undici').WebSocket, process.argv[2]);
