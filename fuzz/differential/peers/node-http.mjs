// Node's own http, whose parser is llhttp: a server that answers with the body that came, and a client.
import http from 'node:http'
import net from 'node:net'
import { run, wait } from './rows.mjs'

const echo = http.createServer((request, response) => {
  const body = []
  request.on('data', (piece) => body.push(piece))
  request.on('end', () => { const all = Buffer.concat(body); response.writeHead(200, { 'Content-Length': all.length }); response.end(all) })
  request.on('error', () => {})
})
await new Promise((resolve) => echo.listen(0, '127.0.0.1', resolve))

const answers = []
const canned = net.createServer({ noDelay: true }, (socket) => {
  let head = ''
  socket.on('error', () => {})
  socket.on('data', (piece) => {
    head += piece.toString('latin1')
    if (head.includes('\r\n\r\n') && !socket.answered) { socket.answered = true; socket.end(answers[Number(head.split(' ')[1].slice(1))]) }
  })
})
await new Promise((resolve) => canned.listen(0, '127.0.0.1', resolve))

/** The answers that stand in bytes, each with its length. */
function parse(text) {
  const found = []
  for (let at = 0; text.startsWith('HTTP/1.', at);) {
    const end = text.indexOf('\r\n\r\n', at)
    if (end < 0) break
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(text.slice(at, end))?.[1] ?? 0)
    if (text.length < end + 4 + length) break
    const status = Number(text.slice(at + 9, at + 12))
    if (status >= 200) found.push({ status, body: text.slice(end + 4, end + 4 + length) })
    at = end + 4 + length
  }
  return found
}

async function asServer(question, bytes) {
  const socket = net.connect({ port: echo.address().port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
  let text = ''
  const over = new Promise((resolve) => {
    socket.on('data', (piece) => { text += piece.toString('latin1'); if (parse(text).length > 0) wait(60).then(resolve) })
    socket.on('end', resolve)
    socket.on('error', resolve)
    wait(1000).then(resolve)
  })
  socket.write(question.kind === 'bodies'
    ? Buffer.concat([Buffer.from('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n'), bytes]) : bytes)
  await over
  socket.destroy()
  const [first, ...more] = parse(text)
  return first && first.status < 300
    ? { accepted: true, got: [first.body, ...more.map((m) => `another answer: ${m.status}`)] }
    : { accepted: false, got: [], why: first ? `status ${first.status}` : 'no answer' }
}

async function asClient(question, bytes) {
  answers.push(bytes)
  return await new Promise((resolve) => {
    const fail = (error) => resolve({ accepted: false, got: [], why: error.message })
    const request = http.get({ port: canned.address().port, host: '127.0.0.1', path: `/${answers.length - 1}`, agent: false, timeout: 3000 }, (response) => {
      const body = []
      response.on('data', (piece) => body.push(piece))
      response.on('error', fail)
      response.on('end', () => resolve({ accepted: true, got: [String(response.statusCode), Buffer.concat(body).toString('latin1')] }))
    })
    request.on('upgrade', (response, socket) => { socket.destroy(); fail(new Error(`upgraded with ${response.statusCode}`)) })
    request.on('timeout', () => request.destroy(new Error('it waits')))
    request.on('error', fail)
  })
}

await run({ peer: 'Node http (llhttp)', version: `${process.versions.node} (${process.versions.llhttp})`, kinds: ['requests', 'bodies', 'responses'] },
  (question, bytes) => (question.kind === 'responses' ? asClient : asServer)(question, bytes))
process.exit(0)
