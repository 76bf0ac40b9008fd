import type { Ask, Emit } from '../engine/events.ts'
import type { Store } from '../engine/store.ts'

export interface Questions {
  readonly ask: Ask
  answer(id: string, answer: string): void
}

export interface QuestionsOptions {
  readonly store: Store
  readonly emit: Emit
}

/** Questions wait here, outside the state: a state with a callback in it could not be replayed. */
export function createQuestions({ store, emit }: QuestionsOptions): Questions {
  const waiting = new Map<string, (answer: string) => void>()
  return {
    ask(question, signal) {
      return new Promise((resolve, reject) => {
        const settle = () => {
          waiting.delete(question.id)
          signal.removeEventListener('abort', withdrawn)
        }
        const withdrawn = () => {
          settle()
          store.dispatch({ type: 'withdrawn', id: question.id })
          reject(new DOMException('the question was withdrawn', 'AbortError'))
        }
        waiting.set(question.id, answer => {
          settle()
          emit({ type: 'question.answered', id: question.id, answer })
          resolve(answer)
        })
        emit({ type: 'question.asked', question })
        if (signal.aborted) withdrawn()
        else signal.addEventListener('abort', withdrawn)
      })
    },
    answer(id, answer) {
      waiting.get(id)?.(answer)
    },
  }
}
