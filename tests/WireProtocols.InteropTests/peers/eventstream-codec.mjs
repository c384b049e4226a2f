// npm @smithy/eventstream-codec reads messages and writes them again: `node eventstream-codec.mjs HEX…`. Prints a line a message: what it read as JSON,
// a tab, and what it wrote as hex; or `refused` and its reason.
import { EventStreamCodec } from '@smithy/eventstream-codec';

const codec = new EventStreamCodec((bytes) => Buffer.from(bytes).toString('utf8'), (text) => Buffer.from(text, 'utf8'));
const show = (value) => {
  if (value instanceof Date) {
    return value.getTime();
  }
  if (value instanceof Uint8Array) {
    return Buffer.from(value).toString('hex');
  }
  return typeof value === 'object' ? value.toString() : value;
};

for (const hex of process.argv.slice(2)) {
  try {
    const { headers, body } = codec.decode(Buffer.from(hex, 'hex'));
    const shown = Object.entries(headers).map(([name, { type, value }]) => [name, type, String(show(value))]);
    const written = codec.encode({ headers, body });
    console.log(`${JSON.stringify({ headers: shown, body: Buffer.from(body).toString('hex') })}\t${Buffer.from(written).toString('hex')}`);
  } catch (error) {
    console.log(`refused ${error.message}`);
  }
}
