// undici: its client as a reader of responses, its WebSocket as a reader of what servers send, and its reader of event streams.
import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import net from 'node:net'
import { run, wait } from './rows.mjs'
import { Agent, request, WebSocket } from 'undici'

const require = createRequire(import.meta.url)
const { EventSourceStream } = require('undici/lib/web/eventsource/eventsource-stream.js')
const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const agent = new Agent({ pipelining: 0, connections: 64, keepAliveTimeout: 1, bodyTimeout: 3000, headersTimeout: 3000 })
const answers = []
const server = net.createServer({ noDelay: true }, (socket) => {
  let head = ''
  socket.on('error', () => {})
  socket.on('data', (piece) => {
    head += piece.toString('latin1')
    if (socket.answered) socket.end() // A Close has been answered, and it is the server that ends the connection.
    if (!head.includes('\r\n\r\n') || socket.answered) return
    socket.answered = true
    const { kind, bytes } = answers[Number(head.split(' ')[1].slice(1))]
    if (kind === 'frames') {
      const key = /Sec-WebSocket-Key: *(\S+)/i.exec(head)[1]
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
        + `Sec-WebSocket-Accept: ${createHash('sha1').update(key + guid).digest('base64')}\r\n\r\n`)
      socket.write(Buffer.concat([bytes, Buffer.from('8108776972652d656e64', 'hex')]))
      return
    }
    socket.end(kind === 'bodies' ? Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'), bytes]) : bytes)
  })
}).listen(0, '127.0.0.1')
await new Promise((resolve) => server.on('listening', resolve))

async function frames(path) {
  const got = []
  const socket = new WebSocket(`ws://127.0.0.1:${server.address().port}/${path}`)
  socket.binaryType = 'arraybuffer'
  return await new Promise((resolve) => {
    let failed = ''
    socket.onmessage = ({ data }) => {
      if (data === 'wire-end') { resolve({ accepted: true, got }); socket.close() }
      else got.push(typeof data === 'string' ? `text ${data}` : `binary ${Buffer.from(data).toString('hex')}`)
    }
    socket.onerror = ({ error, message }) => { failed = error?.message || message || 'an error' }
    socket.onclose = ({ code, wasClean }) => resolve(wasClean && !failed ? { accepted: true, got: [...got, `close ${code}`] }
      : { accepted: false, got, why: failed || `closed with ${code}` })
    wait(2000).then(() => { resolve({ accepted: false, got, why: 'it waits' }); try { socket.close() } catch { /* It never opened. */ } })
  })
}

async function events(bytes) {
  const got = []
  const eventSourceSettings = { origin: 'http://a', reconnectionTime: 1000, lastEventId: '' }
  const stream = new EventSourceStream({ eventSourceSettings, push: (event) => {
    if (event) got.push(`${event.type}|${event.options.data ?? ''}|${event.options.lastEventId ?? ''}`)
  } })
  stream.resume()
  await new Promise((resolve, reject) => { stream.on('error', reject); stream.end(bytes, resolve) })
  return { accepted: true, got }
}

async function ask(question, bytes) {
  if (question.kind === 'streams') return await events(bytes)
  if (question.kind === 'frames' && question.from === 'client') return undefined
  answers.push({ kind: question.kind, bytes })
  if (question.kind === 'frames') return await frames(answers.length - 1)
  const response = await request(`http://127.0.0.1:${server.address().port}/${answers.length - 1}`, { dispatcher: agent })
  const body = Buffer.from(await response.body.arrayBuffer()).toString('latin1')
  return { accepted: true, got: question.kind === 'bodies' ? [body] : [String(response.statusCode), body] }
}

await run({ peer: 'undici', version: require('undici/package.json').version, kinds: ['responses', 'bodies', 'streams', 'frames'] }, ask)
process.exit(0)
