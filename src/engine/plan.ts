import type { Context } from './context.ts'
import type { Change, PlannedStep } from './events.ts'
import { flatten, problemOf } from './problem.ts'
import { type RunOptions, stepContext } from './step-context.ts'
import type { AnyTask, Observation, Phase } from './task.ts'

/** What a task is known to give: a certain output, an expected one, or nothing because it could not be looked at. */
type Known = { readonly output: unknown } | undefined

/**
 * Looks at every task without changing anything. Behind a thing that is not there yet the plan looks with the output
 * that thing will have; where that is not known it says so instead of guessing.
 */
export async function makePlan<Services>(
  phases: readonly Phase<Services>[],
  options: RunOptions<Services>,
): Promise<readonly PlannedStep[]> {
  const known = new Map<AnyTask<Services>, Known>()
  const steps: PlannedStep[] = []
  for (const phase of phases) {
    for (const task of phase.tasks) {
      options.signal.throwIfAborted()
      const { step, output } = await look(task, phase, options, known)
      known.set(task, output)
      steps.push(step)
    }
  }
  return steps
}

async function look<Services>(
  task: AnyTask<Services>,
  phase: Phase<Services>,
  options: RunOptions<Services>,
  known: ReadonlyMap<AnyTask<Services>, Known>,
): Promise<{ step: PlannedStep; output: Known }> {
  const base = {
    id: task.id,
    title: task.title,
    kind: 'task' as const,
    group: phase.title,
    system: task.system,
    subject: task.subject(options.services),
  }
  const inputs: Record<string, unknown> = {}
  for (const [name, need] of Object.entries<AnyTask<Services>>(task.needs)) {
    const input = known.get(need)
    if (!input) {
      return { step: { ...base, change: 'create', because: `after «${need.title}»` }, output: undefined }
    }
    inputs[name] = input.output
  }
  const context: Context<Services> = stepContext(task.id, options)
  try {
    const found: Observation<unknown> = await task.observe(context, inputs as never)
    return { step: { ...base, ...describe(found) }, output: outputOf(found) }
  } catch (thrown) {
    options.signal.throwIfAborted()
    return {
      step: { ...base, change: 'unknown', because: flatten(problemOf(thrown).summary) },
      output: undefined,
    }
  }
}

function describe(found: Observation<unknown>): {
  change: Change
  differences?: PlannedStep['differences']
  because?: string
} {
  switch (found.is) {
    case 'absent':
      return { change: 'create' }
    case 'present':
      return { change: 'none' }
    case 'drifted':
      return { change: 'repair', differences: found.differences }
    case 'foreign':
      return { change: 'blocked', because: `it belongs to ${found.owner}` }
  }
}

function outputOf(found: Observation<unknown>): Known {
  if (found.is === 'present') return { output: found.output }
  if ((found.is === 'absent' || found.is === 'drifted') && 'expected' in found)
    return { output: found.expected }
  return undefined
}

/** Equal for plans that would do the same; a plan is asked again when the world changed since it was shown. */
export function fingerprintOf(steps: readonly PlannedStep[]): string {
  return steps
    .map(
      step =>
        `${step.id}=${step.change}${(step.differences ?? []).map(d => `[${d.field}:${d.actual}>${d.wanted}]`).join('')}`,
    )
    .join(';')
}

export const changesOf = (steps: readonly PlannedStep[]): readonly PlannedStep[] =>
  steps.filter(step => step.change !== 'none')
