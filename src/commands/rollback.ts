import type { AnyTask } from '../../tasks/define.ts'
import { phases, rollbackOrder } from '../../tasks/index.ts'
import type { PlannedStep } from '../engine/events.ts'
import { ProblemError, problemOf } from '../engine/problem.ts'
import { runUndo } from '../engine/run-undo.ts'
import type { Session } from '../session.ts'
import { confirm } from './confirm.ts'
import type { Ending } from './ending.ts'

/** Takes the installation back and keeps the data, with the keys that decrypt it. */
export async function rollback(session: Session): Promise<Ending> {
  const tasks = tasksUntil(session.flags.to)
  if (!tasks) {
    return {
      status: 'usage',
      problem: {
        code: 'cli/unknown-phase',
        kind: 'invalid',
        summary: `There is no phase ${session.flags.to}`,
        nextSteps: [`The phases are: ${phases.map(phase => phase.id).join(', ')}`],
      },
    }
  }
  const steps = tasks.map(task => planned(session, task))
  session.emit({
    type: 'plan.made',
    steps,
    fingerprint: steps.map(step => `${step.id}=${step.change}`).join(';'),
  })
  const removed = steps.filter(step => step.change === 'remove').length
  if (session.flags.dryRun)
    return { status: 'ok', reason: `${removed} things would be removed, ${steps.length - removed} kept` }
  const { namespace } = session.services.settings
  if (session.flags.confirm !== undefined && session.flags.confirm !== namespace) {
    return {
      status: 'usage',
      problem: {
        code: 'cli/wrong-name',
        kind: 'invalid',
        summary: `--confirm names ${session.flags.confirm}, but the installation is ${namespace}`,
        nextSteps: [['Name the installation that is to go: ', { command: `--confirm ${namespace}` }]],
      },
    }
  }
  const refused =
    session.flags.confirm === namespace
      ? undefined
      : await confirm(session, {
          id: 'rollback',
          text: `Remove Langfuse from namespace ${namespace}? All data is kept, with the keys that decrypt it.`,
          yes: 'Remove',
          no: 'Leave everything as it is',
        })
  return refused ?? takeBack(session, tasks)
}

async function takeBack(session: Session, tasks: readonly AnyTask[]): Promise<Ending> {
  try {
    const state = await session.openState()
    try {
      const result = await runUndo(tasks, {
        ...session.runOptions(),
        clock: session.services.clock,
        ledger: state.ledger,
        fence: state.fence,
      })
      if (result.cancelled)
        return { status: 'cancelled', next: [['Continue: ', { command: session.commandLine }]] }
      if (result.left.length > 0)
        return {
          status: 'remains',
          reason: `${result.left.length} things remain: ${result.left.map(({ step, because }) => `${step.title} (${because})`).join('; ')}`,
          next: [['Try again: ', { command: session.commandLine }]],
        }
      return {
        status: 'ok',
        reason: `${result.removed} things removed; the data and its keys are kept`,
        next: [['Install again with the same data and keys: ', { command: 'thinkube-langfuse install' }]],
      }
    } finally {
      await state.lock.release()
    }
  } catch (thrown) {
    const problem = problemOf(thrown)
    if (thrown instanceof ProblemError && problem.code === 'lock/held') return { status: 'locked', problem }
    throw thrown
  }
}

/** `--to PHASE` keeps that phase and those before it. */
function tasksUntil(to: string | undefined): readonly AnyTask[] | undefined {
  if (to === undefined) return rollbackOrder
  const last = phases.findIndex(phase => phase.id === to)
  if (last < 0) return undefined
  const stays = new Set(phases.slice(0, last + 1).flatMap(phase => phase.tasks))
  return rollbackOrder.filter(task => !stays.has(task))
}

function planned(session: Session, task: AnyTask): PlannedStep {
  const base = {
    id: task.id,
    title: task.title,
    kind: 'undo' as const,
    group: task.system,
    system: task.system,
    subject: task.subject(session.services),
  }
  return typeof task.undo === 'function'
    ? { ...base, change: 'remove' }
    : { ...base, change: 'keep', because: task.undo.keep }
}
