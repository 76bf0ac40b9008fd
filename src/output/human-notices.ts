import { flatten } from '../engine/problem.ts'
import type { Reader } from './reader.ts'
import type { Sink } from './sink.ts'
import { linesOf } from './text.ts'

/** What a person should see on stderr while stdout belongs to a program: notices, questions, the result. */
export function humanNotices(err: Sink): Reader {
  const say = (line: string) => err.write(`thinkube-langfuse: ${line}\n`)
  return {
    on({ event }) {
      switch (event.type) {
        case 'notice':
          say(flatten(event.text))
          return
        case 'question.asked':
          for (const line of linesOf(event.question.text, 96)) say(line)
          return
        case 'run.finished': {
          const why = event.problem ? flatten(event.problem.summary) : event.reason
          say([event.status, why].filter(Boolean).join(': '))
          return
        }
      }
    },
    close: () => undefined,
  }
}
