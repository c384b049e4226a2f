// Reads a file of chunked bodies, one base64 a line, and prints what Node's HTTP parser makes of each behind the head of a response:
// "ok <body>", "incomplete <body>" or "error <code>", the body in base64.
import fs from 'node:fs';
import { HTTPParser } from 'node:_http_common';

const head = Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');

function verdictOf(body) {
  const parser = new HTTPParser();
  parser.initialize(HTTPParser.RESPONSE, {});
  const pieces = [];
  let complete = false;
  parser[HTTPParser.kOnHeadersComplete | 0] = () => 0;
  parser[HTTPParser.kOnBody | 0] = (buffer, offset, length) => {
    const piece = offset === undefined ? buffer : buffer.subarray(offset, offset + length);
    if (!complete) pieces.push(Buffer.from(piece));
  };
  parser[HTTPParser.kOnMessageComplete | 0] = () => { complete = true; };
  const result = parser.execute(Buffer.concat([head, body]));
  const decoded = Buffer.concat(pieces).toString('base64');
  if (complete) return `ok ${decoded}`;
  return result instanceof Error ? `error ${result.code}` : `incomplete ${decoded}`;
}

const lines = fs.readFileSync(process.argv[2], 'utf8').split('\n').filter((line) => line.length > 0);
console.log(lines.map((line) => verdictOf(Buffer.from(line.slice(1), 'base64'))).join('\n'));
