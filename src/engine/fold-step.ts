import type { Event, Outcome } from './events.ts'
import { withStep } from './paper.ts'
import { assertNever } from './problem.ts'
import { keyOfStep, type State, type Step } from './state.ts'

type StepEvent = Extract<
  Event,
  {
    type:
      | 'step.started'
      | 'step.applying'
      | 'step.progressed'
      | 'step.logged'
      | 'step.retrying'
      | 'step.finished'
  }
>

/** Enough for any screen; the transcript has the rest. */
const LOG_LINES = 200

const GOOD: readonly Outcome[] = ['pass', 'unchanged', 'created', 'repaired', 'removed', 'kept', 'nothing']

export function foldStep(state: State, event: StepEvent): State {
  switch (event.type) {
    case 'step.started': {
      const { printed } = state.steps[keyOfStep(event.step)] ?? {}
      return put(state, {
        info: event.step,
        is: 'running',
        startedAt: state.at,
        log: [],
        ...(printed && { printed }),
      })
    }
    case 'step.applying':
      return change(state, event.id, { applying: true, retrying: undefined })
    case 'step.progressed':
      return change(state, event.id, { progress: event.progress, retrying: undefined })
    case 'step.logged': {
      const log = stepOf(state, event.id)?.log ?? []
      return change(state, event.id, { log: [...log, event.line].slice(-LOG_LINES) })
    }
    case 'step.retrying': {
      const { attempt, waitMs, problem } = event
      return change(state, event.id, { retrying: { attempt, waitMs, problem } })
    }
    case 'step.finished':
      return finished(state, event)
    default:
      return assertNever(event)
  }
}

function finished(state: State, event: Extract<StepEvent, { type: 'step.finished' }>): State {
  const { step: info, outcome, durationMs, evidence, because, problem } = event
  const key = keyOfStep(info)
  const before = state.steps[key]
  const step: Step = {
    info,
    is: 'settled',
    log: before?.log ?? [],
    outcome,
    durationMs,
    ...(before?.startedAt !== undefined && { startedAt: before.startedAt }),
    ...(evidence !== undefined && { evidence }),
    ...(because !== undefined && { because }),
    ...(problem && { problem }),
    printed: before?.printed || GOOD.includes(outcome),
  }
  const next = put(state, step)
  if (info.kind === 'check') {
    return { ...next, unprinted: [...next.unprinted.filter(one => one !== key), key] }
  }
  return before?.printed && outcome === 'unchanged' ? next : withStep(next, step)
}

const stepOf = (state: State, id: string): Step | undefined => state.steps[state.keyOf[id] ?? '']

function put(state: State, step: Step): State {
  const key = keyOfStep(step.info)
  return {
    ...state,
    steps: { ...state.steps, [key]: step },
    keyOf: { ...state.keyOf, [step.info.id]: key },
  }
}

/** An event about a step that never started says nothing we could show. */
function change(state: State, id: string, facts: Partial<Step>): State {
  const step = stepOf(state, id)
  return step ? put(state, { ...step, ...facts }) : state
}
