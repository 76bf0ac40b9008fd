import { type Message, reduce } from './reduce.ts'
import type { State } from './state.ts'

export interface Store {
  getState(): State
  /** Applied at once and in order: the next key sees what the last one did. */
  dispatch(message: Message): void
  subscribe(listener: () => void): () => void
}

export function createStore(initial: State): Store {
  let state = initial
  const listeners = new Set<() => void>()
  return {
    getState: () => state,
    dispatch(message) {
      const next = reduce(state, message)
      if (next === state) return
      state = next
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
