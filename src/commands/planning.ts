import { phases } from '../../tasks/index.ts'
import type { PlannedStep } from '../engine/events.ts'
import { fingerprintOf, makePlan } from '../engine/plan.ts'
import type { Problem } from '../engine/problem.ts'
import type { Session } from '../session.ts'

export interface Plan {
  readonly steps: readonly PlannedStep[]
  readonly changes: readonly PlannedStep[]
  readonly fingerprint: string
}

/** Looks at everything and says what would change. */
export async function look(session: Session): Promise<Plan> {
  const steps = await makePlan(phases, session.runOptions())
  return { steps, fingerprint: fingerprintOf(steps), changes: steps.filter(step => step.change !== 'none') }
}

/** Shows a plan to whoever follows the run. */
export function show(session: Session, { steps, fingerprint }: Plan): void {
  session.emit({ type: 'plan.made', steps, fingerprint })
}

/** What stands in the way of carrying the plan out; undefined when nothing does. */
export function obstacle({ steps }: Plan): Problem | undefined {
  const blocked = steps.filter(step => step.change === 'blocked' || step.change === 'unknown')
  if (blocked.length === 0) return undefined
  return {
    code: 'plan/blocked',
    kind: 'conflict',
    summary:
      blocked.length === 1
        ? `${blocked[0]!.subject} stands in the way`
        : `${blocked.length} things stand in the way`,
    detail: blocked.map(step => `${step.subject}: ${step.because ?? step.change}`),
    nextSteps: [
      'Look at what is named above; remove or rename it if nobody needs it, then run the same command again',
    ],
  }
}

export function describeChanges(changes: readonly PlannedStep[]): string {
  const create = changes.filter(step => step.change === 'create').length
  const repair = changes.filter(step => step.change === 'repair').length
  return (
    [create > 0 && `${create} to create`, repair > 0 && `${repair} to repair`].filter(Boolean).join(', ') ||
    'nothing to change'
  )
}
