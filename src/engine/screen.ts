import { problemsOf } from './problems.ts'
import type { State } from './state.ts'

export type Screen =
  | 'start'
  | 'preflight'
  | 'review'
  | 'rollback'
  | 'work'
  | 'question'
  | 'problem'
  | 'result'
  | 'settings'
  | 'detail'
  | 'log'
  | 'credentials'
  | 'help'
  | 'leave'

/** The one screen that these facts call for. Nothing else decides, so no two can be open at once. */
export function screenOf(state: State): Screen {
  const { panel } = state.view
  if (panel === 'credentials') return state.access ? 'credentials' : screenOfRun(state)
  return panel === 'none' ? screenOfRun(state) : panel
}

/** The screen below any panel. */
export function screenOfRun(state: State): Screen {
  const { finished, question, plan, phases } = state
  if (finished) return finished.status !== 'ok' && problemsOf(state).length > 0 ? 'problem' : 'result'
  const phase = phases.at(-1)
  const working = phase !== undefined && phase.kind !== 'check'
  if (question) {
    if (problemsOf(state).length > 0) return 'problem'
    if (plan && !working) return isRollback(state) ? 'rollback' : 'review'
    return 'question'
  }
  if (working) return 'work'
  if (plan) return isRollback(state) ? 'rollback' : 'review'
  return phase ? 'preflight' : 'start'
}

export const isRollback = (state: State): boolean =>
  (state.plan ?? []).some(step => step.change === 'remove' || step.change === 'keep') ||
  state.run?.command === 'rollback' ||
  state.run?.command === 'uninstall'
