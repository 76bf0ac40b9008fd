import { phases } from '../../tasks/index.ts'
import { verification } from '../../tasks/verify/index.ts'
import { ProblemError, problemOf } from '../engine/problem.ts'
import { type CheckReport, runChecks } from '../engine/run-checks.ts'
import { runTasks, type TasksResult } from '../engine/run-tasks.ts'
import type { Services } from '../platform/services.ts'
import type { OpenState, Session } from '../session.ts'
import { announceAccess } from './access.ts'
import { confirm } from './confirm.ts'
import type { Ending } from './ending.ts'
import { describeChanges, look, obstacle, type Plan, show } from './planning.ts'
import { describeFailed, runPreflight } from './preflight.ts'

/** Preflight → plan → confirm → apply → verify → credentials. Run again it resumes and repairs. */
export async function install(session: Session): Promise<Ending> {
  const checked = await runPreflight(session)
  if (session.signal.aborted) return { status: 'cancelled' }
  if (checked.failed.length > 0) {
    return {
      status: 'refused',
      reason: `${describeFailed(checked)}; nothing was changed`,
      next: ['Mend what the failed checks name, then run the same command again'],
    }
  }
  const planned = await look(session)
  show(session, planned)
  const problem = obstacle(planned)
  if (problem) return { status: 'refused', problem }
  if (planned.changes.length > 0) {
    const refused = await review(session, planned)
    if (refused) return refused
  }
  const changed = await carryOut(session, planned)
  if (changed) return changed
  return prove(session)
}

function review(session: Session, { changes }: Plan): Promise<Ending | undefined> {
  const { namespace, host } = session.services.settings
  return confirm(session, {
    id: 'install',
    text: [`Install Langfuse into namespace ${namespace} at https://${host}? ${describeChanges(changes)}`],
    yes: 'Install',
    no: 'Leave everything as it is',
  })
}

/** Undefined when every task is as wanted; else how the run ends. */
async function carryOut(session: Session, planned: Plan): Promise<Ending | undefined> {
  if (planned.changes.length === 0) return ending(session, await apply(session, readOnlyState(session)))
  const state = await openState(session)
  if ('status' in state) return state
  try {
    const changed = await askAgain(session, planned)
    if (changed) return changed
    for (;;) {
      const result = await apply(session, state)
      if (result.is !== 'failed' || !session.ask) return ending(session, result)
      const answer = await session.ask(
        {
          type: 'choice',
          id: 'failed',
          text: `«${result.at.title}» failed. What now?`,
          choices: [
            { value: 'retry', label: 'Try again', hint: 'continues at this step' },
            { value: 'leave', label: 'Leave it as it is', hint: 'the same command continues later' },
          ],
        },
        session.signal,
      )
      if (answer !== 'retry') return ending(session, result)
    }
  } finally {
    await state.lock.release()
  }
}

/** Between the review and the lock somebody else may have changed the world. */
async function askAgain(session: Session, planned: Plan): Promise<Ending | undefined> {
  const now = await look(session)
  if (now.fingerprint === planned.fingerprint) return undefined
  show(session, now)
  const problem = obstacle(now)
  if (problem) return { status: 'refused', problem }
  session.emit({ type: 'notice', text: 'The plan has changed since it was shown' })
  return review(session, now)
}

async function openState(session: Session): Promise<OpenState | Ending> {
  try {
    return await session.openState()
  } catch (thrown) {
    const problem = problemOf(thrown)
    if (thrown instanceof ProblemError && problem.code === 'lock/held') return { status: 'locked', problem }
    throw thrown
  }
}

function apply(session: Session, state: Pick<OpenState, 'ledger' | 'fence'>): Promise<TasksResult> {
  return runTasks(phases, {
    ...session.runOptions(),
    clock: session.services.clock,
    ledger: state.ledger,
    fence: state.fence,
  })
}

/** For a run that has nothing to change: should the world change under it after all, it stops instead of writing. */
function readOnlyState(session: Session): Pick<OpenState, 'ledger' | 'fence'> {
  const changedMeanwhile = async (): Promise<never> => {
    throw new ProblemError({
      code: 'plan/changed-meanwhile',
      kind: 'conflict',
      summary: 'Something changed while this run was looking, and it holds no lock',
      nextSteps: ['Run the same command again'],
    })
  }
  return { fence: changedMeanwhile, ledger: { entries: session.ledgerEntries, write: changedMeanwhile } }
}

function ending(session: Session, result: TasksResult): Ending | undefined {
  switch (result.is) {
    case 'done':
      return undefined
    case 'cancelled':
      return {
        status: 'cancelled',
        reason: 'Interrupted; what was done so far stays',
        next: [['Continue: ', { command: session.commandLine }]],
      }
    case 'failed':
      return {
        status: 'failed',
        problem: result.problem,
        next: [
          ['Continue after mending it: ', { command: session.commandLine }],
          ['Or take back what was done: ', { command: 'thinkube-langfuse rollback' }],
        ],
      }
  }
}

/** A real trace and a real redirect, then the credentials. */
async function prove(session: Session): Promise<Ending> {
  session.emit({
    type: 'phase.started',
    id: 'verify',
    title: 'Verification',
    kind: 'verify',
    steps: verification.map(({ id, title, group }) => ({ id, title, kind: 'verify', group })),
  })
  const reports = await runChecks(verification, {
    ...session.runOptions(),
    clock: session.services.clock,
    kind: 'verify',
  })
  if (session.signal.aborted)
    return { status: 'cancelled', reason: 'Interrupted during the verification; Langfuse is installed' }
  await announceAccess(session, reports)
  const bad = reports.filter(({ result }) => result.is === 'fail' || result.is === 'unknown')
  const { host } = session.services.settings
  if (bad.length > 0)
    return {
      status: 'unhealthy',
      reason: `Langfuse is installed, but ${describeBad(bad)}`,
      next: [['Verify again after mending it: ', { command: session.commandLine }]],
    }
  return {
    status: 'ok',
    reason: `Langfuse works at https://${host}`,
    next: [
      ['Open it: ', { link: `https://${host}` }],
      ['Keys for an application: ', { command: 'thinkube-langfuse credentials --reveal' }],
    ],
  }
}

const describeBad = (bad: readonly CheckReport<Services>[]): string =>
  bad.length === 1 ? `«${bad[0]!.check.title}» is not true` : `${bad.length} verifications did not pass`
