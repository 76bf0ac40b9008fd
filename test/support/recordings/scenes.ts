import type { Event, Outcome, PlannedStep, RunStatus, StepInfo } from '../../../src/engine/events.ts'
import type { Problem, Text } from '../../../src/engine/problem.ts'
import {
  type CastTask,
  CHECKS,
  CLUSTER,
  EVIDENCE,
  plan,
  SETTINGS,
  TASKS,
  VERIFY,
  VERIFY_EVIDENCE,
} from './cast.ts'
import type { Settled, Tape } from './tape.ts'

/** Parts of a run, in the order a run has them. */

export function opening(tape: Tape, command = 'install'): void {
  tape.emit({ type: 'run.started', command, version: '0.1.0', cluster: CLUSTER, namespace: 'langfuse' })
  tape.wait(180)
  tape.emit({ type: 'settings.found', settings: SETTINGS })
}

type CheckName = keyof typeof CHECKS

/** Everything passes but what is named. Checks start together and end out of order, as they do. */
export function preflight(tape: Tape, exceptions: Partial<Record<CheckName, Settled>> = {}): void {
  const names = Object.keys(CHECKS) as CheckName[]
  const steps = names.map(name => CHECKS[name])
  tape.emit({ type: 'phase.started', id: 'preflight', title: 'Pre-flight', kind: 'check', steps })
  for (const name of names) tape.start(CHECKS[name])
  const late = [
    ...names.filter((_, index) => index % 3 !== 0),
    ...names.filter((_, index) => index % 3 === 0),
  ]
  for (const name of late) {
    tape.wait(35)
    tape.finish(CHECKS[name], exceptions[name] ?? { outcome: 'pass', evidence: EVIDENCE[name], ms: 40 })
  }
}

export const planned = (tape: Tape, steps: readonly PlannedStep[] = plan(() => ({}))): void =>
  tape.emit({ type: 'plan.made', steps, fingerprint: 'f' })

export function confirmed(tape: Tape, answer: 'yes' | 'no' = 'yes'): void {
  const question = {
    type: 'confirm',
    id: 'install',
    text: 'Install Langfuse like this?',
    yes: 'Install',
    no: 'Back out',
  } as const
  tape.emit({ type: 'question.asked', question })
  tape.wait(4_000)
  tape.emit({ type: 'question.answered', id: 'install', answer })
}

export interface Work {
  /** How each task ends; `undefined` ends the run there. */
  settle(task: CastTask): Settled | undefined
  /** Runs between start and end. */
  during?(tape: Tape, task: CastTask): void
}

/** True when every task ended well. */
export function work(tape: Tape, { settle, during = usual }: Work): boolean {
  const groups = [...new Set(TASKS.map(one => one.info.group))]
  for (const group of groups) {
    const tasks = TASKS.filter(one => one.info.group === group)
    const steps = tasks.map(one => one.info)
    tape.emit({ type: 'phase.started', id: group.toLowerCase(), title: group, kind: 'task', steps })
    for (const one of tasks) {
      tape.start(one.info)
      const settled = settle(one)
      if (settled?.outcome !== 'unchanged') during(tape, one)
      if (!settled) return false
      tape.wait(settled.ms ?? 300)
      tape.finish(one.info, settled)
      if (settled.outcome === 'failed' || settled.outcome === 'cancelled') return false
    }
  }
  return true
}

function usual(tape: Tape, { info }: CastTask): void {
  const { id } = info
  tape.emit({ type: 'step.applying', id })
  if (id !== 'workload/web' && id !== 'workload/worker') return
  tape.wait(2_000)
  tape.emit({
    type: 'step.progressed',
    id,
    progress: { note: 'pulling image langfuse:3.113.0, usually 40–70 s' },
  })
  tape.wait(9_000)
  tape.emit({
    type: 'step.progressed',
    id,
    progress: { note: 'migrating the database', done: 212, total: 331, unit: 'migrations' },
  })
  for (const line of [
    'Prisma schema loaded',
    'applying 20240104210051_add_index',
    'Starting Langfuse web 3.113.0',
    '✓ Ready in 2.1s',
  ])
    tape.emit({ type: 'step.logged', id, line })
  tape.wait(6_000)
}

export function verified(tape: Tape, exceptions: Record<string, Settled> = {}): void {
  tape.emit({ type: 'phase.started', id: 'verify', title: 'Proof', kind: 'verify', steps: VERIFY })
  for (const one of VERIFY) tape.start(one)
  VERIFY.forEach((one: StepInfo, index) => {
    tape.wait(700)
    const usually: Settled = { outcome: 'pass', evidence: VERIFY_EVIDENCE[index] ?? '', ms: 900 }
    tape.finish(one, exceptions[one.id] ?? usually)
  })
}

export interface Ending {
  readonly exitCode: number
  readonly reason?: string
  readonly problem?: Problem
  readonly next?: readonly Text[]
}

export function ending(tape: Tape, status: RunStatus, more: Ending): void {
  tape.emit({ type: 'run.finished', status, durationMs: 96_000, next: [], ...more } satisfies Event)
}

export const created = (outcome: Outcome = 'created'): Settled => ({ outcome, ms: 400 })
