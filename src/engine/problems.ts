import { flatten, type Problem } from './problem.ts'
import type { State, Step } from './state.ts'

/** A problem and the step it stopped. */
export interface Found {
  readonly problem: Problem
  readonly step: Step | undefined
}

/** What stands in the way, in the order in which to mend it: the order of the steps, prerequisites first. */
export function problemsOf(state: State): readonly Found[] {
  const found: Found[] = ordered(state)
    .filter(step => step.outcome === 'fail' || step.outcome === 'failed')
    .flatMap(step => (step.problem ? [{ problem: step.problem, step }] : []))
  const last = state.finished?.problem
  const known = last && found.some(one => same(one.problem, last))
  return last && !known ? [{ problem: last, step: undefined }, ...found] : found
}

/** What deserves a look although nothing failed: warnings, and what could not be looked at. */
export function concernsOf(state: State): readonly Found[] {
  return ordered(state)
    .filter(step => step.outcome === 'warn' || step.outcome === 'unknown')
    .flatMap(step => (step.problem ? [{ problem: step.problem, step }] : []))
}

function ordered(state: State): readonly Step[] {
  const keys = state.phases.flatMap(phase => phase.steps)
  return [...new Set([...keys, ...Object.keys(state.steps)])].flatMap(key => state.steps[key] ?? [])
}

const same = (a: Problem, b: Problem): boolean =>
  a.code === b.code && flatten(a.summary) === flatten(b.summary)
