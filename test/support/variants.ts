import type { Envelope } from '../../src/engine/events.ts'
import { reduce } from '../../src/engine/reduce.ts'
import { screenOf } from '../../src/engine/screen.ts'
import { initialState, type State } from '../../src/engine/state.ts'
import type { Capabilities, View } from '../../src/engine/view.ts'
import type { Recording } from './recordings/tape.ts'

export const COLUMNS = [40, 60, 80, 120] as const
export const ROWS = [10, 16, 24, 50] as const

const plain: Capabilities = { color: true, ascii: false, screenReader: false, reducedMotion: false }
export const FACES = {
  colour: plain,
  'no colour': { ...plain, color: false },
  ASCII: { ...plain, ascii: true },
  'screen reader': { ...plain, screenReader: true },
} as const satisfies Record<string, Capabilities>

/** Every state of a run, one after each event. */
export function statesOf(
  { envelopes }: Pick<Recording, 'envelopes'>,
  view: Partial<View> = {},
): readonly State[] {
  let state = initialState(view)
  return envelopes.map((envelope: Envelope) => {
    state = reduce(state, { type: 'event', envelope })
    return state
  })
}

/** The first state of each screen, every question, every failure and the end. */
export function landmarks(recording: Recording, view: Partial<View> = {}): readonly State[] {
  const states = statesOf(recording, view)
  return states.filter((state, index) => {
    const event = recording.envelopes[index]?.event
    const before = states[index - 1]
    const fresh = before === undefined || screenOf(before) !== screenOf(state)
    const failed = event?.type === 'step.finished' && event.problem !== undefined
    return fresh || failed || event?.type === 'question.asked' || index === states.length - 1
  })
}

export const viewed = (state: State, view: Partial<View>): State => ({
  ...state,
  view: { ...state.view, ...view },
})
