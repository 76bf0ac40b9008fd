import type { Paper, State, Step } from './state.ts'

/** Adds what will never change again. */
export const withPaper = (state: State, ...items: readonly Paper[]): State => ({
  ...state,
  paper: [...state.paper, ...items],
})

/** Prints the verdicts of the pre-flight, once, when no retry can change them any more. */
export function withVerdicts(state: State): State {
  if (state.unprinted.length === 0) return state
  const order = state.phases.findLast(phase => phase.kind === 'check')?.steps ?? state.unprinted
  const keys = [...order.filter(key => state.unprinted.includes(key)), ...state.unprinted]
  const steps = [...new Set(keys)].flatMap(key => state.steps[key] ?? [])
  return { ...withPaper(state, { is: 'verdicts', steps }), unprinted: [] }
}

/** Prints a settled step under the heading of its phase. */
export function withStep(state: State, step: Step): State {
  const phase = state.phases.at(-1)
  const heading = phase?.kind === step.info.kind ? phase.title : step.info.group
  const last = state.paper.findLast(item => item.is === 'heading' || item.is === 'verdicts')
  const known = last?.is === 'heading' && last.text === heading
  return known
    ? withPaper(state, { is: 'step', step })
    : withPaper(state, { is: 'heading', text: heading }, { is: 'step', step })
}
