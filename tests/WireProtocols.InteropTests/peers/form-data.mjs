// The forms of npm undici (those of Node.js): `node form-data.mjs write` prints a media type and a body in hex, `node form-data.mjs read TYPE HEX` prints
// what is in a body, a line of JSON a part.
import { FormData, Response } from 'undici';

const [way, type, hex] = process.argv.slice(2);
if (way === 'write') {
  const form = new FormData();
  form.append('a', 'text');
  form.append('ä "quoted"\r\n', '€\r\nof two lines');
  form.append('file', new File([Uint8Array.from({ length: 3000 }, (_, i) => i & 255)], 'b "c".bin', { type: 'application/octet-stream' }));
  form.append('empty', '');
  const response = new Response(form);
  console.log(response.headers.get('content-type'));
  console.log(Buffer.from(await response.arrayBuffer()).toString('hex'));
} else {
  const form = await new Response(Buffer.from(hex, 'hex'), { headers: { 'content-type': type } }).formData();
  for (const [name, value] of form) {
    const isFile = typeof value !== 'string';
    const bytes = isFile ? Buffer.from(await value.arrayBuffer()) : Buffer.from(value);
    console.log(JSON.stringify({ name, file: isFile ? value.name : null, body: bytes.toString('hex') }));
  }
}
