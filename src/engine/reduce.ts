import type { Envelope } from './events.ts'
import { edit } from './field.ts'
import { foldEvent } from './fold-event.ts'
import { assertNever } from './problem.ts'
import { type Screen, screenOf } from './screen.ts'
import { choicesOf, rowsOf } from './select.ts'
import type { State } from './state.ts'
import type { Action } from './view.ts'

export type Message = { readonly type: 'event'; readonly envelope: Envelope } | Action

/** The only way the state changes. A new screen starts with a fresh cursor. */
export function reduce(state: State, message: Message): State {
  const next = message.type === 'event' ? foldEvent(state, message.envelope) : act(state, message)
  const [from, to] = [screenOf(state), screenOf(next)]
  if (from === to && next.question?.id === state.question?.id) return next
  const cursor = sameList(from, to) ? next.view.cursor : 0
  return { ...next, view: { ...next.view, cursor, choice: startingChoice(next), hint: undefined } }
}

/** Sheets without a list of their own leave the cursor where it was. */
function sameList(from: Screen, to: Screen): boolean {
  const sheets: readonly Screen[] = ['detail', 'help', 'leave']
  return sheets.includes(from) || sheets.includes(to)
}

/** Leaving is never the answer that a stray Enter gives. */
function startingChoice(state: State): number {
  return screenOf(state) === 'leave' ? choicesOf(state).length - 1 : 0
}

function act(state: State, action: Action): State {
  const { view } = state
  const seen = (change: Partial<State['view']>): State => ({ ...state, view: { ...view, ...change } })
  switch (action.type) {
    case 'resized':
      return seen({ size: { columns: action.columns, rows: action.rows } })
    case 'ticked':
      return seen({ now: action.now })
    case 'moved':
      return seen({ cursor: clamp(view.cursor + action.by, rowsOf(state)) })
    case 'chose':
      return seen({ choice: clamp(view.choice + action.by, choicesOf(state).length) })
    case 'opened':
      return seen({ panel: action.panel })
    case 'edited':
      return seen({ field: edit(view.field, action.edit), mismatch: false })
    case 'mismatched':
      return seen({ mismatch: true })
    case 'withdrawn':
      return state.question?.id === action.id ? { ...state, question: undefined } : state
    case 'cancelling':
      return seen({ cancelling: true, panel: 'none' })
    case 'hinted':
      return seen({ hint: action.hint })
    case 'left':
      return seen({ left: true })
    default:
      return assertNever(action)
  }
}

const clamp = (at: number, length: number): number => Math.max(0, Math.min(length - 1, at))
