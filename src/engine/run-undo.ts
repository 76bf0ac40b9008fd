import type { Clock } from './context.ts'
import type { Outcome, StepInfo } from './events.ts'
import type { Ledger } from './ledger.ts'
import { isAbort, type Problem, problemOf } from './problem.ts'
import { retry } from './retry.ts'
import { type RunOptions, stepContext } from './step-context.ts'
import type { AnyTask } from './task.ts'

export interface UndoOptions<Services> extends RunOptions<Services> {
  readonly clock: Clock
  readonly ledger: Ledger
  fence(): Promise<void>
}

export interface UndoResult {
  readonly removed: number
  readonly left: readonly { readonly step: StepInfo; readonly because: string }[]
  readonly cancelled: boolean
}

/** Takes tasks back in the order given. One that cannot be taken back is said and does not stop the others. */
export async function runUndo<Services>(
  tasks: readonly AnyTask<Services>[],
  options: UndoOptions<Services>,
): Promise<UndoResult> {
  const { clock, signal, emit, ledger, run } = options
  const info = (task: AnyTask<Services>): StepInfo => ({
    id: task.id,
    title: task.title,
    kind: 'undo',
    group: task.system,
  })
  const left: { step: StepInfo; because: string }[] = []
  let removed = 0
  emit({ type: 'phase.started', id: 'rollback', title: 'Rollback', kind: 'undo', steps: tasks.map(info) })
  for (const task of tasks) {
    if (signal.aborted) return { removed, left, cancelled: true }
    const step = info(task)
    const subject = task.subject(options.services)
    const started = clock.monotonic()
    const finish = (outcome: Outcome, facts: { evidence?: string; because?: string; problem?: Problem }) =>
      emit({ type: 'step.finished', step, outcome, durationMs: clock.monotonic() - started, ...facts })
    emit({ type: 'step.started', step })
    const undo = task.undo
    if (typeof undo !== 'function') {
      finish('kept', { evidence: subject, because: undo.keep })
      continue
    }
    try {
      await options.fence()
      const context = stepContext(task.id, options)
      const undone = await retry(() => undo(context), {
        clock,
        signal,
        onRetry: retrying => emit({ type: 'step.retrying', id: task.id, ...retrying }),
      })
      if (undone.is === 'removed') {
        removed++
        await ledger.write(
          { task: task.id, run, at: new Date(clock.now()).toISOString(), state: 'undone' },
          signal,
        )
        finish('removed', { evidence: undone.what })
      } else if (undone.is === 'left') {
        left.push({ step, because: undone.because })
        finish('left', { because: undone.because })
      } else finish('nothing', { evidence: `${subject} was not there` })
    } catch (thrown) {
      if (isAbort(thrown) || signal.aborted) {
        finish('cancelled', {})
        return { removed, left, cancelled: true }
      }
      const problem = problemOf(thrown)
      left.push({ step, because: problem.code })
      finish('failed', { problem })
    }
  }
  return { removed, left, cancelled: false }
}
