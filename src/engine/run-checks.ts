import pLimit from 'p-limit'
import { type Check, type CheckResult, fail, unknown } from './check.ts'
import type { Clock } from './context.ts'
import type { Outcome, StepInfo, StepKind } from './events.ts'
import { isAbort, type Problem, problemOf } from './problem.ts'
import { type RunOptions, stepContext } from './step-context.ts'

const DEADLINE_MS = 10_000
const CONCURRENCY = 16

export interface CheckReport<Services> {
  readonly check: Check<Services>
  readonly result: CheckResult
}

export interface CheckOptions<Services> extends RunOptions<Services> {
  readonly clock: Clock
  /** `check` for the preflight, `verify` for the proof afterwards. */
  readonly kind: StepKind
}

/**
 * Runs checks concurrently, each after those it names. One that hangs is cut off at its own deadline and delays
 * nobody but those that wait for it; all problems come out in one go.
 */
export async function runChecks<Services>(
  checks: readonly Check<Services>[],
  options: CheckOptions<Services>,
): Promise<readonly CheckReport<Services>[]> {
  const limit = pLimit(CONCURRENCY)
  const running = new Map<Check<Services>, Promise<CheckResult>>()
  const start = (check: Check<Services>): Promise<CheckResult> => {
    const known = running.get(check)
    if (known) return known
    const result = afterThose(check).then(blocked => report(check, options, blocked, limit))
    running.set(check, result)
    return result
  }
  const afterThose = async (check: Check<Services>): Promise<string | undefined> => {
    const earlier = (check.after ?? []).filter(one => checks.includes(one))
    const results = await Promise.all(earlier.map(async one => ({ one, result: await start(one) })))
    const blocker = results.find(({ result }) => result.is !== 'pass' && result.is !== 'warn')
    return blocker && `not run, because «${blocker.one.title}» did not pass`
  }
  return Promise.all(checks.map(async check => ({ check, result: await start(check) })))
}

async function report<Services>(
  check: Check<Services>,
  options: CheckOptions<Services>,
  blocked: string | undefined,
  limit: ReturnType<typeof pLimit>,
): Promise<CheckResult> {
  const { emit, clock, kind } = options
  const step: StepInfo = { id: check.id, title: check.title, kind, group: check.group }
  const finished = (result: CheckResult, durationMs: number) =>
    emit({ type: 'step.finished', step, outcome: outcomeOf(result), durationMs, ...facts(result) })
  if (blocked) {
    const result: CheckResult = { is: 'skipped', because: blocked }
    finished(result, 0)
    return result
  }
  return limit(async () => {
    emit({ type: 'step.started', step })
    const started = clock.monotonic()
    const result = await attempt(check, options)
    finished(result, clock.monotonic() - started)
    return result
  })
}

async function attempt<Services>(
  check: Check<Services>,
  options: CheckOptions<Services>,
): Promise<CheckResult> {
  const deadlineMs = check.deadlineMs ?? DEADLINE_MS
  const cut = new AbortController()
  const signal = AbortSignal.any([options.signal, cut.signal])
  const timer = new AbortController()
  const late = options.clock.sleep(deadlineMs, timer.signal).then(
    () => 'late' as const,
    () => 'done' as const,
  )
  const work = check
    .run(stepContext(check.id, { ...options, signal }))
    .catch((thrown: unknown): CheckResult => {
      if (isAbort(thrown) || options.signal.aborted) return unknown('interrupted')
      const problem = problemOf(thrown)
      return problem.kind === 'bug' ? unknown('the check itself failed', problem) : fail(problem)
    })
  const first = await Promise.race([work, late])
  if (first === 'late') {
    cut.abort()
    return fail(timedOut(check, deadlineMs))
  }
  timer.abort()
  return first === 'done' ? work : first
}

function timedOut<Services>(check: Check<Services>, deadlineMs: number): Problem {
  return {
    code: 'check/timeout',
    kind: 'timeout',
    summary: `${check.subject} accepts the connection but does not answer within ${Math.round(deadlineMs / 1000)} s`,
    nextSteps: [`Look at the log of ${check.subject}: is it starting, overloaded or out of disk?`],
  }
}

function outcomeOf(result: CheckResult): Outcome {
  return result.is
}

function facts(result: CheckResult): { evidence?: string; because?: string; problem?: Problem } {
  switch (result.is) {
    case 'pass':
      return { evidence: result.evidence }
    case 'warn':
      return { evidence: result.evidence, problem: result.problem }
    case 'fail':
      return { problem: result.problem }
    case 'unknown':
      return { because: result.because, ...(result.problem && { problem: result.problem }) }
    case 'skipped':
      return { because: result.because }
  }
}
