import type { RunStatus } from '../engine/events.ts'
import type { Problem, Text } from '../engine/problem.ts'

/** How a command ended; the session turns it into `run.finished` and the exit code. */
export interface Ending {
  readonly status: RunStatus
  /** One sentence for the summary. */
  readonly reason?: string
  readonly problem?: Problem
  readonly next?: readonly Text[]
}
