// gRPC-Web: messages behind a flag and a length, in the body of a POST; the status stands in trailers that are the last message.

import { encode, latin1, plural, quote, utf8 } from '../dissector.js';

/** A message in its envelope. */
export const envelope = message => {
  const bytes = new Uint8Array(5 + message.length);
  new DataView(bytes.buffer).setUint32(1, message.length);
  bytes.set(message, 5);
  return bytes;
};

/** The messages of a body as they come: { isTrailers, message }. */
export async function* messages(body) {
  let waiting = new Uint8Array();
  for await (const piece of body) {
    const joined = new Uint8Array(waiting.length + piece.length);
    joined.set(waiting);
    joined.set(piece, waiting.length);
    waiting = joined;
    while (waiting.length >= 5) {
      const length = new DataView(waiting.buffer, waiting.byteOffset).getUint32(1);
      if (waiting.length < 5 + length) break;
      yield { isTrailers: (waiting[0] & 128) !== 0, message: waiting.slice(5, 5 + length) };
      waiting = waiting.slice(5 + length);
    }
  }
}

export const rpc = {
  id: 'rpc', group: 'Fetch', name: 'gRPC-Web',
  about: 'A call of a service over HTTP/1.1: each message has a flag and its length before it, and the trailers come as the last one.',
  options: [
    { name: 'text', label: 'Message', type: 'text', value: 'Hello, 世界', wide: true },
    { name: 'method', label: 'Method', type: 'select', value: 'Unary', choices: ['Unary', 'ServerStreaming'] },
    { name: 'status', label: 'Status', type: 'select', value: '', choices: ['', '3', '5', '14'], more: true },
  ],
  run: context => new Promise(resolve => {
    const { tap, signal, told, message, actions, options } = context;
    const call = async () => {
      const begun = performance.now();
      const headers = { 'content-type': 'application/grpc-web+proto', 'x-grpc-web': '1' };
      if (options.status) Object.assign(headers, { 'echo-status': options.status, 'echo-message': 'as it was asked for' });
      const response = await fetch(tap.path(`/wire.Echo/${options.method}`), { method: 'POST', headers, body: envelope(encode(options.text)), signal });
      const refusal = response.headers.get('grpc-status');
      told('response', `${response.status} ${response.headers.get('content-type')}${refusal === null ? '' : `, grpc-status ${refusal}`}`);
      for await (const { isTrailers, message: bytes } of messages(response.body)) {
        if (!isTrailers) message(performance.now() - begun);
        told(isTrailers ? 'trailers' : 'message', isTrailers ? latin1(bytes).trim() : bytes.length > 200 ? plural(bytes.length) : quote(utf8(bytes)));
      }
    };
    const tried = () => call().catch(error => { if (!signal.aborted) told('error', error.message, true); });
    actions([{ label: 'Call', first: true, run: tried }]);
    tried();
    signal.addEventListener('abort', resolve, { once: true });
  }),
};
