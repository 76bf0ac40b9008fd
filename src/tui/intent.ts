import type { Action } from '../engine/view.ts'

/** What a key asks of the world outside the state. */
export type Intent =
  | { readonly type: 'answer'; readonly id: string; readonly answer: string }
  /** Stop: the first settles the running step, the second leaves at once. */
  | { readonly type: 'cancel' }
  /** The run is over and the user has seen it. */
  | { readonly type: 'leave' }
  | { readonly type: 'reveal'; readonly name: string; readonly label: string }
  | { readonly type: 'copy'; readonly name: string; readonly label: string }
  | { readonly type: 'copy-text'; readonly text: string; readonly label: string }

export type Reaction = Action | Intent
