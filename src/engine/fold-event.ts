import type { Envelope, Event } from './events.ts'
import { emptyField } from './field.ts'
import { foldStep } from './fold-step.ts'
import { withPaper, withVerdicts } from './paper.ts'
import { keyOfStep, type PhaseState, type State, type Step } from './state.ts'

/** One more fact. */
export function foldEvent(before: State, { at, event }: Envelope): State {
  const state = { ...before, at: Date.parse(at) }
  switch (event.type) {
    case 'run.started': {
      const { type: _, ...run } = event
      return withPaper({ ...state, run: { ...run, startedAt: state.at } }, { is: 'header', run })
    }
    case 'settings.found':
      return { ...state, settings: event.settings }
    case 'plan.made':
      return { ...withVerdicts(state), plan: event.steps }
    case 'phase.started':
      return phase(state, event)
    case 'question.asked':
      return {
        ...state,
        question: event.question,
        view: { ...state.view, field: emptyField, mismatch: false },
      }
    case 'question.answered':
      return answered(state, event)
    case 'access.ready':
      return { ...state, access: event.access }
    case 'diagnosis.made': {
      const { type: _, ...diagnosis } = event
      return { ...state, diagnoses: [...state.diagnoses, diagnosis] }
    }
    case 'notice':
      return withPaper(state, { is: 'notice', text: event.text })
    case 'run.finished': {
      const { type: _, ...finished } = event
      const { view } = state
      return {
        ...withVerdicts(state),
        finished,
        question: undefined,
        view: { ...view, panel: view.panel === 'settings' ? 'settings' : 'none' },
      }
    }
    default:
      return foldStep(state, event)
  }
}

function phase(before: State, event: Extract<Event, { type: 'phase.started' }>): State {
  const state = event.kind === 'check' ? { ...before, unprinted: [] } : withVerdicts(before)
  const keys = event.steps.map(keyOfStep)
  const steps: Record<string, Step> = { ...state.steps }
  const keyOf = { ...state.keyOf }
  for (const info of event.steps) {
    const key = keyOfStep(info)
    const { printed } = steps[key] ?? {}
    steps[key] = { info, is: 'pending', log: [], ...(printed && { printed }) }
    keyOf[info.id] = key
  }
  const started: PhaseState = { id: event.id, title: event.title, kind: event.kind, steps: keys }
  const phases = [...state.phases.filter(one => !(one.id === event.id && one.kind === event.kind)), started]
  return { ...state, steps, keyOf, phases }
}

/** The question is settled and its answer is on paper. */
function answered(state: State, { id, answer }: { id: string; answer: string }): State {
  const { question } = state
  if (question?.id !== id) return state
  const next: State = { ...state, question: undefined, view: { ...state.view, panel: 'none' } }
  if (question.type === 'typed') return next
  const label =
    question.type === 'confirm'
      ? { yes: question.yes, no: question.no }[answer]
      : question.choices.find(choice => choice.value === answer)?.label
  return withPaper(next, { is: 'answer', text: question.text, answer: label ?? answer })
}
