import type { Context } from './context.ts'
import type { Problem } from './problem.ts'

/** Four verdicts, never two; "skip" says that the question does not arise here. */
export type CheckResult =
  | { readonly is: 'pass'; readonly evidence: string }
  | { readonly is: 'warn'; readonly evidence: string; readonly problem: Problem }
  | { readonly is: 'fail'; readonly problem: Problem }
  | { readonly is: 'unknown'; readonly because: string; readonly problem?: Problem }
  | { readonly is: 'skipped'; readonly because: string }

/** An observation that leaves nothing behind. */
export interface Check<Services> {
  /** Its path under `tasks/`, e.g. `preflight/postgres-login`. */
  readonly id: string
  /** A present-tense claim: "PostgreSQL accepts connections". */
  readonly title: string
  /** The heading it stands under: "Cluster", "PostgreSQL". */
  readonly group: string
  /** Reported as not run when one of these did not pass. */
  readonly after?: readonly Check<Services>[]
  /** Milliseconds it may take in all; then its verdict is a failure of kind `timeout`. Default 10 000. */
  readonly deadlineMs?: number
  /** What the deadline says when it strikes: the service by name. */
  readonly subject: string
  run(ctx: Context<Services>): Promise<CheckResult>
}

export const pass = (evidence: string): CheckResult => ({ is: 'pass', evidence })
export const warn = (evidence: string, problem: Problem): CheckResult => ({ is: 'warn', evidence, problem })
export const fail = (problem: Problem): CheckResult => ({ is: 'fail', problem })
export const unknown = (because: string, problem?: Problem): CheckResult => ({
  is: 'unknown',
  because,
  problem,
})
export const skipped = (because: string): CheckResult => ({ is: 'skipped', because })
