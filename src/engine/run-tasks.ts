import type { Clock } from './context.ts'
import type { Outcome, StepInfo } from './events.ts'
import type { Ledger } from './ledger.ts'
import { isAbort, type Problem, problemOf, raise } from './problem.ts'
import { retry } from './retry.ts'
import { type RunOptions, stepContext } from './step-context.ts'
import type { AnyTask, Observation, Phase } from './task.ts'

export interface TaskOptions<Services> extends RunOptions<Services> {
  readonly clock: Clock
  readonly ledger: Ledger
  /** Called before each external write; throws when the lock is not ours any more. */
  fence(): Promise<void>
}

export type TasksResult =
  | { readonly is: 'done'; readonly changed: number }
  | { readonly is: 'failed'; readonly at: StepInfo; readonly problem: Problem; readonly changed: number }
  | { readonly is: 'cancelled'; readonly at: StepInfo | undefined; readonly changed: number }

/**
 * Brings every task to `present`, one at a time in the order given. Looks first: what is there already costs not one
 * write. The ledger learns of a change before it is made, and a change that shows no effect is a failure.
 */
export async function runTasks<Services>(
  phases: readonly Phase<Services>[],
  options: TaskOptions<Services>,
): Promise<TasksResult> {
  const outputs = new Map<AnyTask<Services>, unknown>()
  let changed = 0
  for (const phase of phases) {
    const info = (task: AnyTask<Services>): StepInfo => ({
      id: task.id,
      title: task.title,
      kind: 'task',
      group: phase.title,
    })
    options.emit({
      type: 'phase.started',
      id: phase.id,
      title: phase.title,
      kind: 'task',
      steps: phase.tasks.map(info),
    })
    for (const task of phase.tasks) {
      const step = info(task)
      if (options.signal.aborted) return { is: 'cancelled', at: undefined, changed }
      options.emit({ type: 'step.started', step })
      const started = options.clock.monotonic()
      const finish = (outcome: Outcome, problem?: Problem) =>
        options.emit({
          type: 'step.finished',
          step,
          outcome,
          durationMs: options.clock.monotonic() - started,
          ...(problem && { problem }),
        })
      try {
        const { outcome, output } = await bring(task, { ...options, outputs })
        outputs.set(task, output)
        if (outcome !== 'unchanged') changed++
        finish(outcome)
      } catch (thrown) {
        const problem = problemOf(thrown)
        if (isAbort(thrown) || options.signal.aborted || problem.kind === 'cancelled') {
          finish('cancelled')
          return { is: 'cancelled', at: step, changed }
        }
        finish('failed', problem)
        return { is: 'failed', at: step, problem, changed }
      }
    }
  }
  return { is: 'done', changed }
}

interface Bring<Services> extends TaskOptions<Services> {
  readonly outputs: ReadonlyMap<AnyTask<Services>, unknown>
}

async function bring<Services>(
  task: AnyTask<Services>,
  options: Bring<Services>,
): Promise<{ outcome: 'unchanged' | 'created' | 'repaired'; output: unknown }> {
  const { clock, signal, emit, ledger, run } = options
  const context = stepContext(task.id, options)
  const inputs = Object.fromEntries(
    Object.entries<AnyTask<Services>>(task.needs).map(([name, need]) => [name, options.outputs.get(need)]),
  ) as never
  const again = <T>(call: () => Promise<T>) =>
    retry(call, {
      clock,
      signal,
      onRetry: retrying => emit({ type: 'step.retrying', id: task.id, ...retrying }),
    })
  const observe = (): Promise<Observation<unknown>> => again(() => task.observe(context, inputs))

  const before = await observe()
  if (before.is === 'present') return { outcome: 'unchanged', output: before.output }
  if (before.is === 'foreign') raise(foreign(task.subject(options.services), before))

  const started = clock.monotonic()
  await options.fence()
  await ledger.write(
    { task: task.id, run, at: new Date(clock.now()).toISOString(), state: 'applying' },
    signal,
  )
  emit({ type: 'step.applying', id: task.id })
  await again(async () => {
    await options.fence()
    await task.apply(context, inputs)
  })
  const after = await observe()
  if (after.is !== 'present') raise(noEffect(task, after))
  await ledger.write(
    {
      task: task.id,
      run,
      at: new Date(clock.now()).toISOString(),
      state: 'applied',
      durationMs: Math.round(clock.monotonic() - started),
    },
    signal,
  )
  return { outcome: before.is === 'absent' ? 'created' : 'repaired', output: after.output }
}

function foreign(subject: string, found: { owner: string; nextSteps: readonly string[] }): Problem {
  return {
    code: 'task/foreign',
    kind: 'conflict',
    summary: `${subject} is there already and belongs to ${found.owner}`,
    nextSteps: found.nextSteps,
  }
}

function noEffect<Services>(task: AnyTask<Services>, after: Observation<unknown>): Problem {
  return {
    code: 'task/no-effect',
    kind: 'invalid',
    summary: `«${task.title}» was carried out, but the change does not show`,
    detail:
      after.is === 'drifted'
        ? after.differences.map(d => `${d.field} is ${d.actual}, wanted ${d.wanted}`)
        : [`it is ${after.is}`],
    nextSteps: [
      'Look whether something else changes it back (an operator, a GitOps controller)',
      'Run the same command again',
    ],
  }
}
