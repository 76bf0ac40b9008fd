import { createBus } from '../../../src/engine/bus.ts'
import type { Envelope, Event, Outcome, StepInfo, StepKind } from '../../../src/engine/events.ts'
import type { Problem } from '../../../src/engine/problem.ts'

export interface Recording {
  readonly name: string
  readonly envelopes: readonly Envelope[]
}

export interface Settled {
  readonly outcome: Outcome
  readonly ms?: number
  readonly evidence?: string
  readonly because?: string
  readonly problem?: Problem
}

/** Writes a run the way the engine does: through the bus, with a clock that moves as told. */
export interface Tape {
  emit(event: Event): void
  wait(ms: number): void
  start(step: StepInfo): void
  finish(step: StepInfo, settled: Settled): void
  /** Starts and finishes. */
  step(step: StepInfo, settled: Settled): void
}

const BEGIN = Date.parse('2026-03-02T09:00:00.000Z')

export function record(name: string, write: (tape: Tape) => void): Recording {
  let now = BEGIN
  const envelopes: Envelope[] = []
  const bus = createBus({
    run: 'r-4f2a91',
    clock: { now: () => now, monotonic: () => now - BEGIN, sleep: async () => {} },
    redact: event => event,
  })
  bus.subscribe(envelope => envelopes.push(envelope))
  const tape: Tape = {
    emit: event => bus.emit(event),
    wait(ms) {
      now += ms
    },
    start: step => bus.emit({ type: 'step.started', step }),
    finish: (step, { ms = 120, ...facts }) =>
      bus.emit({ type: 'step.finished', step, durationMs: ms, ...facts }),
    step(step, settled) {
      tape.start(step)
      tape.wait(settled.ms ?? 120)
      tape.finish(step, settled)
    },
  }
  write(tape)
  return { name, envelopes }
}

export const step = (kind: StepKind, group: string, [id, title]: readonly [string, string]): StepInfo => ({
  id,
  title,
  kind,
  group,
})
