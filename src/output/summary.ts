import type { Event, Outcome, StepInfo } from '../engine/events.ts'

export type StepFinished = Extract<Event, { type: 'step.finished' }>

/** The last word on every step, in the order of their first appearance: a step that ran twice counts once. */
export interface Tally {
  on(event: Event): void
  readonly steps: () => readonly StepFinished[]
}

export function createTally(): Tally {
  const steps = new Map<string, StepFinished>()
  return {
    on(event) {
      if (event.type === 'step.finished') steps.set(key(event.step), event)
    },
    steps: () => [...steps.values()],
  }
}

const key = (step: StepInfo) => `${step.kind} ${step.id}`

export const isVerdict = ({ kind }: StepInfo): boolean => kind === 'check' || kind === 'verify'

/** `12 checks: 9 ok, 1 warning, 2 failed – 3 not looked at`. Unknown is never green and never left out. */
export function countLine(steps: readonly StepFinished[], what: 'checks' | 'steps'): string | undefined {
  const mine = steps.filter(({ step }) => isVerdict(step) === (what === 'checks'))
  if (mine.length === 0) return undefined
  const counts = new Map<string, number>()
  for (const { outcome } of mine) counts.set(WORDS[outcome], (counts.get(WORDS[outcome]) ?? 0) + 1)
  const parts = [...new Set(Object.values(WORDS))]
    .filter(word => counts.has(word))
    .map(word => `${counts.get(word)} ${word}`)
  const noun = mine.length === 1 ? what.slice(0, -1) : what
  return `${mine.length} ${noun}: ${parts.join(', ')}`
}

const WORDS: Readonly<Record<Outcome, string>> = {
  pass: 'ok',
  warn: 'with a warning',
  fail: 'failed',
  unknown: 'not looked at',
  skipped: 'skipped',
  created: 'created',
  repaired: 'repaired',
  removed: 'removed',
  unchanged: 'unchanged',
  kept: 'kept',
  nothing: 'not there',
  left: 'left behind',
  failed: 'failed',
  cancelled: 'cancelled',
}
