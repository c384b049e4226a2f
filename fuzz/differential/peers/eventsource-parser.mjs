// eventsource-parser, which browsers' polyfills and several SDKs stand on.
import { readFileSync } from 'node:fs'
import { createParser } from 'eventsource-parser'
import { run } from './rows.mjs'

function ask(_, bytes) {
  const got = []
  let last = ''
  const parser = createParser({ onEvent: ({ event, data, id }) => { last = id ?? last; got.push(`${event || 'message'}|${data}|${last}`) } })
  parser.feed(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes))
  return { accepted: true, got }
}

const { version } = JSON.parse(readFileSync(new URL('node_modules/eventsource-parser/package.json', import.meta.url), 'utf8'))
await run({ peer: 'eventsource-parser', version, kinds: ['streams'] }, ask)
