// WebTransport: streams and datagrams of a QUIC connection. QUIC encrypts its packets; what stands in its streams is shown.

import { encode, plural, quote, utf8 } from '../dissector.js';

/** `served` says where it is to be had, and by which hash the browser takes the certificate. */
export const webTransport = served => ({
  id: 'wt', group: 'WebTransport', name: 'WebTransport echo',
  about: 'Streams that do not wait for each other, and datagrams that may be lost. QUIC’s packets are encrypted: what is shown is what they carry.',
  options: [
    { name: 'text', label: 'Message', type: 'text', value: 'Hello, 世界', wide: true },
    { name: 'reset', label: 'Server resets with', type: 'number', value: '', more: true },
  ],
  run: context => run(context, served),
});

export const open = (served, path) => new WebTransport(served.url.replace(/\/$/, '') + path, {
  serverCertificateHashes: [{ algorithm: 'sha-256', value: new Uint8Array(served.hash.match(/../g).map(pair => parseInt(pair, 16))) }],
});

async function run({ tap, signal, told, message, actions, options }, served) {
  const session = open(served, tap.path(`/echo${options.reset && `?reset=${options.reset}`}`));
  signal.addEventListener('abort', () => session.close({ closeCode: 0, reason: 'Stop was pressed.' }), { once: true });
  const closed = session.closed.then(({ closeCode, reason }) => told('closed', `${closeCode} ${quote(reason)}`), error => told('lost', error.message, true));
  await session.ready;
  told('ready', `certificate sha-256 ${served.hash}`);
  const sent = [];
  const datagrams = session.datagrams.writable.getWriter();
  const tried = action => action().catch(error => told('error', `${error.message}${error.streamErrorCode === undefined ? '' : ` (code ${error.streamErrorCode})`}`, true));
  const sendDatagram = () => { sent.push(performance.now()); return datagrams.write(encode(options.text)); };
  const sendStream = async () => {
    const begun = performance.now();
    const stream = await session.createBidirectionalStream(), writer = stream.writable.getWriter();
    writer.write(encode(options.text)).catch(() => {});
    writer.close().catch(() => {});
    for await (const piece of stream.readable) { message(performance.now() - begun); told('stream', quote(utf8(piece))); }
    told('stream', 'finished');
  };
  const resetStream = async () => {
    const stream = await session.createBidirectionalStream(), writer = stream.writable.getWriter();
    await writer.write(encode(options.text));
    await writer.abort(new WebTransportError({ message: 'on purpose', streamErrorCode: 7 }));
    told('reset', 'with code 7');
  };
  const sendUni = async () => {
    const writer = (await session.createUnidirectionalStream()).getWriter();
    await writer.write(encode(options.text));
    await writer.close();
  };
  actions([
    { label: 'Send a datagram', first: true, run: () => tried(sendDatagram) },
    { label: 'Open a stream', run: () => tried(sendStream) },
    { label: 'Open one way', run: () => tried(sendUni) },
    { label: 'Reset a stream', run: () => tried(resetStream) },
  ]);
  read(session.datagrams.readable, bytes => { message(sent.length > 0 ? performance.now() - sent.shift() : undefined); told('datagram', quote(utf8(bytes))); });
  read(session.incomingUnidirectionalStreams, stream => read(stream, bytes => { message(); told('one way', `${plural(bytes.length)}: ${quote(utf8(bytes))}`); }));
  tried(sendDatagram);
  tried(sendStream);
  await closed;
}

async function read(readable, told) {
  try {
    for await (const item of readable) told(item);
  } catch {
    // The session is over, and says so itself.
  }
}
