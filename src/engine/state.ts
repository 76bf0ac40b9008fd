import type { Progress } from './context.ts'
import type { Access, Event, Outcome, PlannedStep, Question, Setting, StepInfo, StepKind } from './events.ts'
import type { Problem, Text } from './problem.ts'
import { initialView, type View } from './view.ts'

/** One step as far as it is known. */
export interface Step {
  readonly info: StepInfo
  readonly is: 'pending' | 'running' | 'settled'
  readonly startedAt?: number
  /** The change itself is under way, not just the look before it. */
  readonly applying?: boolean
  readonly progress?: Progress
  readonly retrying?: { readonly attempt: number; readonly waitMs: number; readonly problem: Problem }
  /** The last lines it logged. */
  readonly log: readonly string[]
  readonly outcome?: Outcome
  readonly durationMs?: number
  readonly evidence?: string
  readonly because?: string
  readonly problem?: Problem
  /** It went well once in this run: when it is run again its line is not printed twice. */
  readonly printed?: boolean
}

export interface PhaseState {
  readonly id: string
  readonly title: string
  readonly kind: StepKind
  /** Keys into `steps`. */
  readonly steps: readonly string[]
}

type Of<T extends Event['type']> = Omit<Extract<Event, { type: T }>, 'type'>

/** What is printed once, above the live region, and never changes again. */
export type Paper =
  | { readonly is: 'header'; readonly run: Of<'run.started'> }
  | { readonly is: 'heading'; readonly text: string }
  | { readonly is: 'step'; readonly step: Step }
  | { readonly is: 'verdicts'; readonly steps: readonly Step[] }
  | { readonly is: 'notice'; readonly text: Text }
  | { readonly is: 'answer'; readonly text: Text; readonly answer: string }

/** The fold of the events so far, plus the view. */
export interface State {
  readonly run: (Of<'run.started'> & { readonly startedAt: number }) | undefined
  readonly settings: readonly Setting[]
  readonly plan: readonly PlannedStep[] | undefined
  readonly phases: readonly PhaseState[]
  readonly steps: Readonly<Record<string, Step>>
  /** The key of the step that an event which carries only an id means. */
  readonly keyOf: Readonly<Record<string, string>>
  readonly question: Question | undefined
  readonly access: Access | undefined
  readonly diagnoses: readonly Of<'diagnosis.made'>[]
  readonly finished: Of<'run.finished'> | undefined
  readonly paper: readonly Paper[]
  /** Verdicts of the pre-flight wait here until nothing can change them. */
  readonly unprinted: readonly string[]
  /** When the last event happened, in milliseconds since the epoch. */
  readonly at: number
  readonly view: View
}

export function initialState(view: Partial<View> = {}): State {
  return {
    run: undefined,
    settings: [],
    plan: undefined,
    phases: [],
    steps: {},
    keyOf: {},
    question: undefined,
    access: undefined,
    diagnoses: [],
    finished: undefined,
    paper: [],
    unprinted: [],
    at: 0,
    view: initialView(view),
  }
}

/** A task and its undoing share an id; the kind keeps them apart. */
export const keyOfStep = (info: StepInfo): string => `${info.kind}:${info.id}`
