import type { Text } from './problem.ts'

/** How far a step is. `total` in the same unit as `done`; absent where no amount is known. */
export interface Progress {
  readonly done?: number
  readonly total?: number
  readonly unit?: string
  /** The live cause, present tense: "pulling image langfuse:3.113.0". */
  readonly note?: string
}

/** What a check or a task may use. Time, randomness and disk come in through `services`. */
export interface Context<Services> {
  readonly services: Services
  /** Identifies this run; canaries and marks carry it. */
  readonly run: string
  /** Aborted by Ctrl-C, a signal or a deadline. Every wait and every call listens to it. */
  readonly signal: AbortSignal
  /** One line for the step's log, redacted by the bus. */
  log(line: string): void
  progress(progress: Progress): void
  /** Something the user should know although nothing failed. */
  notice(text: Text): void
}

/** Time as the engine sees it; the only source of it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Monotonic milliseconds. */
  monotonic(): number
  /** Resolves after `ms`, rejects with an AbortError when the signal fires. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}
