// JSON.parse of V8.
import { run } from './rows.mjs'

function ask(_, bytes) {
  JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  return { accepted: true, got: [] }
}

await run({ peer: 'JSON.parse (V8)', version: process.versions.v8, kinds: ['texts'] }, ask)
