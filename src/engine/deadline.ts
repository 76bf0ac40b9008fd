import type { Clock } from './context.ts'
import { type Problem, ProblemError } from './problem.ts'

export interface Deadline {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly ms: number
  /** What it means when time runs out. */
  problem(): Problem
}

/** Runs `work` with a signal that fires when the time is up; then the Problem is thrown instead of the abort. */
export async function withDeadline<T>(
  { clock, signal, ms, problem }: Deadline,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const cut = new AbortController()
  const finished = new AbortController()
  let late = false
  const timer = clock.sleep(ms, AbortSignal.any([signal, finished.signal])).then(
    () => {
      late = true
      cut.abort()
    },
    () => undefined,
  )
  try {
    return await work(AbortSignal.any([signal, cut.signal]))
  } catch (thrown) {
    if (late && !signal.aborted) throw new ProblemError(problem())
    throw thrown
  } finally {
    finished.abort()
    await timer
  }
}
