import type { Clock } from './context.ts'
import { type Problem, type ProblemKind, problemOf } from './problem.ts'

const HEALS: readonly ProblemKind[] = ['unreachable', 'timeout']

export interface RetryOptions {
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Attempts in all. Default 3. */
  readonly attempts?: number
  /** First wait in milliseconds, doubled each time. Default 1 000. */
  readonly waitMs?: number
  onRetry(retry: { readonly attempt: number; readonly waitMs: number; readonly problem: Problem }): void
}

/** Calls again what may heal by itself: an unreachable or silent service. Everything else is thrown at once. */
export async function retry<T>(call: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { clock, signal, attempts = 3, onRetry } = options
  let waitMs = options.waitMs ?? 1_000
  for (let attempt = 1; ; attempt++) {
    try {
      return await call()
    } catch (thrown) {
      const problem = problemOf(thrown)
      if (signal.aborted || attempt >= attempts || !HEALS.includes(problem.kind)) throw thrown
      onRetry({ attempt, waitMs, problem })
      await clock.sleep(waitMs, signal)
      waitMs *= 2
    }
  }
}
