// The client of npm @grpc/grpc-js calls a server in clear text: `node grpc-js-client.mjs HOST:PORT all|refused`. Prints a line a check.
import grpc from '@grpc/grpc-js';

const [target, what] = process.argv.slice(2);
const method = (name, requestStream, responseStream) => ({
  path: `/wire.Echo/${name}`,
  requestStream,
  responseStream,
  requestSerialize: bytes => bytes,
  requestDeserialize: bytes => bytes,
  responseSerialize: bytes => bytes,
  responseDeserialize: bytes => bytes,
});
const Echo = grpc.makeGenericClientConstructor({
  unary: method('Unary', false, false),
  clientStreaming: method('ClientStreaming', true, false),
  serverStreaming: method('ServerStreaming', false, true),
  bidirectional: method('Bidirectional', true, true),
}, 'wire.Echo');
const client = new Echo(target, grpc.credentials.createInsecure());
const check = (name, holds) => {
  console.log(`${holds ? 'ok' : 'FAIL'} ${name}`);
  process.exitCode ||= holds ? 0 : 1;
};
const metadata = entries => {
  const all = new grpc.Metadata();
  for (const [name, value] of Object.entries(entries)) {
    all.set(name, value);
  }
  return all;
};
const unary = (message, entries = {}, options = {}) => new Promise(resolve => {
  client.unary(message, metadata(entries), options, (error, response) => resolve({ error, response }));
});
const collect = async call => {
  const messages = [];
  for await (const message of call) {
    messages.push(message.toString());
  }
  return messages.join(' ');
};

if (what === 'refused') {
  const { error } = await unary(Buffer.from('x'), {}, { deadline: Date.now() + 60_000 });
  check('refused', error?.code === grpc.status.UNAVAILABLE || error?.code === grpc.status.INTERNAL);
} else {
  const large = Buffer.alloc(200_000, 'large ');
  check('unary', large.equals((await unary(large)).response));
  const { error } = await unary(Buffer.from('x'), { 'echo-status': '9', 'echo-message': '100%25 %E2%82%AC', 'echo-bin': Buffer.from([0, 255]) });
  check('error', error?.code === 9 && error.details === '100% €' && error.metadata.get('echo-bin')[0].equals(Buffer.from([0, 255])));
  check('server streaming', await collect(client.serverStreaming(Buffer.from('x'))) === 'x x x');
  const joined = await new Promise((resolve, reject) => {
    const call = client.clientStreaming((failure, response) => failure ? reject(failure) : resolve(response.toString()));
    call.write(Buffer.from('one '));
    call.write(Buffer.from('two'));
    call.end();
  });
  check('client streaming', joined === 'one two');
  const both = client.bidirectional();
  both.write(Buffer.from('a'));
  both.once('data', first => {
    both.write(Buffer.from(`${first}b`));
    both.end();
  });
  const seen = [];
  both.on('data', message => seen.push(message.toString()));
  await new Promise((resolve, reject) => both.on('end', resolve).on('error', reject));
  check('bidirectional', seen.join(' ') === 'a ab');
  const late = client.clientStreaming(metadata({}), { deadline: Date.now() + 300 }, () => {});
  const status = await new Promise(resolve => late.on('status', resolve).on('error', () => {}));
  check('deadline', status.code === grpc.status.DEADLINE_EXCEEDED);
}
client.close();
