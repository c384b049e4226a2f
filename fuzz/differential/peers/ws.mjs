// npm ws: its Receiver, which both of its roles stand on.
import { readFileSync } from 'node:fs'
import { Receiver } from 'ws'
import { run } from './rows.mjs'

const mask = { client: Buffer.from('818800000000776972652d656e64', 'hex'), server: Buffer.from('8108776972652d656e64', 'hex') }

function ask(question, bytes) {
  return new Promise((resolve) => {
    const got = []
    const receiver = new Receiver({ isServer: question.from === 'client', maxPayload: 64 * 1024 * 1024, binaryType: 'nodebuffer' })
    const end = (accepted, why = '') => resolve({ accepted, got, why })
    receiver.on('message', (data, isBinary) => {
      if (!isBinary && data.toString() === 'wire-end') end(true)
      else got.push(isBinary ? `binary ${data.toString('hex')}` : `text ${data.toString()}`)
    })
    receiver.on('conclude', (code) => { got.push(`close ${code}`); end(true) })
    receiver.on('error', (error) => end(false, error.message))
    receiver.end(Buffer.concat([bytes, mask[question.from]]), () => setImmediate(() => setImmediate(() => end(false, 'it waits'))))
  })
}

const { version } = JSON.parse(readFileSync(new URL('node_modules/ws/package.json', import.meta.url), 'utf8'))
await run({ peer: 'npm ws', version, kinds: ['frames'] }, ask)
