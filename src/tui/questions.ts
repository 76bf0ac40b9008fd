import type { Ask } from '../engine/events.ts'
import type { Store } from '../engine/store.ts'

export interface Questions {
  readonly ask: Ask
  answer(id: string, answer: string): void
}

/** Questions wait here, outside the state: a state with a callback in it could not be replayed. */
export function createQuestions(store: Store): Questions {
  const waiting = new Map<string, (answer: string) => void>()
  return {
    ask(question, signal) {
      return new Promise((resolve, reject) => {
        const settle = (answer: string) => {
          waiting.delete(question.id)
          signal.removeEventListener('abort', aborted)
          store.dispatch({ type: 'answered', id: question.id, answer })
        }
        const aborted = () => {
          settle('')
          reject(new DOMException('the question was withdrawn', 'AbortError'))
        }
        waiting.set(question.id, answer => {
          settle(answer)
          resolve(answer)
        })
        store.dispatch({ type: 'asked', question })
        if (signal.aborted) aborted()
        else signal.addEventListener('abort', aborted)
      })
    },
    answer(id, answer) {
      waiting.get(id)?.(answer)
    },
  }
}
