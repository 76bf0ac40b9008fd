import type { Outcome, PlannedStep, StepKind } from './events.ts'
import type { Text } from './problem.ts'
import { concernsOf, problemsOf } from './problems.ts'
import { screenOf } from './screen.ts'
import type { PhaseState, State, Step } from './state.ts'
import type { SystemName } from './task.ts'

/** Steps of one kind in the order they were announced. */
export function stepsOf(state: State, kind: StepKind): readonly Step[] {
  const announced = state.phases.filter(phase => phase.kind === kind).flatMap(phase => phase.steps)
  const keys = [...new Set([...announced, ...Object.keys(state.steps)])]
  return keys.flatMap(key => state.steps[key] ?? []).filter(step => step.info.kind === kind)
}

export const runningSteps = (state: State): readonly Step[] =>
  Object.values(state.steps).filter(step => step.is === 'running')

export const phaseNow = (state: State): PhaseState | undefined => state.phases.at(-1)

/** Milliseconds since the run began, or its duration once it is over. */
export function elapsedMs(state: State): number {
  if (state.finished) return state.finished.durationMs
  return state.run ? Math.max(0, nowOf(state) - state.run.startedAt) : 0
}

export const stepMs = (state: State, step: Step): number =>
  step.durationMs ?? Math.max(0, nowOf(state) - (step.startedAt ?? nowOf(state)))

const nowOf = (state: State): number => Math.max(state.view.now, state.at)

/** How often each outcome occurred. */
export function countOf(steps: readonly Step[]): ReadonlyMap<Outcome, number> {
  const counts = new Map<Outcome, number>()
  for (const { outcome } of steps) if (outcome) counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  return counts
}

export interface SystemPlan {
  readonly system: SystemName
  readonly steps: readonly PlannedStep[]
}

/** The plan by the system it touches, in the order in which systems first occur. */
export function planBySystem(plan: readonly PlannedStep[]): readonly SystemPlan[] {
  const systems = [...new Set(plan.map(step => step.system))]
  return systems.map(system => ({ system, steps: plan.filter(step => step.system === system) }))
}

/** The plan's lines in the order the review draws them: what changes, system by system. */
export const reviewRows = (state: State): readonly PlannedStep[] =>
  planBySystem(state.plan ?? []).flatMap(one => one.steps.filter(step => step.change !== 'none'))

/** How far the work is: steps done of those known, phases begun of those planned. */
export function progressOf(state: State): { done: number; total: number; phase: number; phases: number } {
  const phase = phaseNow(state)
  const kind = phase?.kind ?? 'task'
  const steps = stepsOf(state, kind)
  const planned = kind === 'task' ? (state.plan ?? []) : []
  const groups = new Set([
    ...planned.map(step => step.group),
    ...state.phases.filter(one => one.kind === kind).map(one => one.title),
  ])
  return {
    done: steps.filter(step => step.is === 'settled').length,
    total: Math.max(planned.length, steps.length),
    phase: state.phases.filter(one => one.kind === kind).length,
    phases: groups.size,
  }
}

/** Titles of what comes after the running step. */
export function upcoming(state: State): readonly string[] {
  const kind = phaseNow(state)?.kind ?? 'task'
  const known = stepsOf(state, kind)
  const waiting = known.filter(step => step.is === 'pending').map(step => step.info.title)
  const ids = new Set(known.map(step => step.info.id))
  const planned = kind === 'task' ? (state.plan ?? []).filter(step => !ids.has(step.id)) : []
  return [...waiting, ...planned.map(step => step.title)]
}

/** The step whose log is shown: the one that runs, else the last that said something. */
export function stepInFocus(state: State): Step | undefined {
  const running = runningSteps(state)
  const talking = running.filter(step => step.log.length > 0 || step.progress)
  return talking.at(-1) ?? running.at(-1) ?? Object.values(state.steps).findLast(step => step.log.length > 0)
}

export interface Choice {
  readonly value: string
  readonly label: string
  readonly hint?: string
}

/** What Enter can answer on the present screen. */
export function choicesOf(state: State): readonly Choice[] {
  if (screenOf(state) === 'leave') {
    return [
      { value: 'stop', label: 'Stop', hint: 'the running step is settled first' },
      { value: 'stay', label: 'Carry on' },
    ]
  }
  const { question, view } = state
  if (view.panel !== 'none') return []
  if (question?.type === 'confirm') {
    return [
      { value: 'yes', label: question.yes },
      { value: 'no', label: question.no },
    ]
  }
  return question?.type === 'choice' ? question.choices : []
}

export const questionText = (state: State): Text => state.question?.text ?? ''

/** How many rows the cursor can stand on. */
export function rowsOf(state: State): number {
  switch (screenOf(state)) {
    case 'preflight':
      return stepsOf(state, 'check').length
    case 'settings':
      return state.settings.length
    case 'review':
    case 'detail':
    case 'rollback':
      return reviewRows(state).length
    case 'problem':
      return Math.max(1, problemsOf(state).length)
    case 'credentials':
      return state.access?.secrets.length ?? 0
    case 'log':
      return stepInFocus(state)?.log.length ?? 0
    case 'result':
      return concernsOf(state).length
    default:
      return 0
  }
}

/** What the review says about interruptions of the service. */
export function downtimeOf(plan: readonly PlannedStep[]): string {
  const workload = plan.filter(step => step.id.startsWith('workload/') && step.change !== 'none')
  if (workload.some(step => step.change === 'repair')) {
    return 'Langfuse restarts: its pages are away for a minute or two, traces already accepted are kept.'
  }
  if (workload.some(step => step.change === 'unknown')) {
    return 'Some of the workload could not be looked at: it may restart.'
  }
  return 'No downtime: nothing that runs now is touched.'
}
