// What the peers on Node share: questions on stdin, answers on stdout, a line each.
import { createInterface } from 'node:readline'

export async function run(introduction, ask, jobs = 8) {
  console.log(JSON.stringify(introduction))
  const questions = []
  for await (const line of createInterface({ input: process.stdin })) {
    const question = JSON.parse(line)
    if (introduction.kinds.includes(question.kind)) questions.push(question)
  }
  const next = async () => {
    for (let question; (question = questions.shift());) {
      const { kind, id } = question
      let answer
      try {
        answer = await ask(question, Buffer.from(question.hex, 'hex'))
      } catch (error) {
        answer = { accepted: false, got: [], why: String(error.cause?.message || error.message || error) }
      }
      if (answer) console.log(JSON.stringify({ kind, id, got: [], why: '', ...answer }))
    }
  }
  await Promise.all(Array.from({ length: jobs }, next))
}

export const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))
