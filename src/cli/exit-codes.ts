import type { RunStatus } from '../engine/events.ts'

export interface ExitCode {
  readonly code: number
  readonly means: string
}

/** The one table: `--help`, the README and the tests read it. */
export const EXIT_CODES: readonly ExitCode[] = [
  { code: 0, means: 'done, or nothing to do' },
  { code: 1, means: 'failed part-way; run the same command again to continue' },
  { code: 2, means: 'wrong usage; nothing was started' },
  { code: 3, means: 'refused: a failed check, a missing answer or a blocked plan; the cluster is untouched' },
  { code: 4, means: 'a bug in thinkube-langfuse' },
  { code: 5, means: 'something is not healthy' },
  { code: 6, means: 'there are differences (only with --exit-code)' },
  { code: 7, means: 'the rollback ended and something remains' },
  { code: 8, means: 'another run holds the lock' },
  { code: 129, means: 'interrupted by SIGHUP, settled and resumable' },
  { code: 130, means: 'interrupted by Ctrl-C, settled and resumable' },
  { code: 143, means: 'interrupted by SIGTERM, settled and resumable' },
]

export type SignalName = 'SIGHUP' | 'SIGINT' | 'SIGTERM'

/** 128 + the number of the signal, as shells have it. */
export const SIGNAL_EXIT_CODES: Readonly<Record<SignalName, number>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
}

const BY_STATUS: Readonly<Record<Exclude<RunStatus, 'cancelled'>, number>> = {
  ok: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  bug: 4,
  unhealthy: 5,
  differences: 6,
  remains: 7,
  locked: 8,
}

/** The exit code of a run that ended like this. A cancelled run carries the code of its signal, by default Ctrl-C's. */
export function exitCodeOf(status: RunStatus, signal: SignalName = 'SIGINT'): number {
  return status === 'cancelled' ? SIGNAL_EXIT_CODES[signal] : BY_STATUS[status]
}
