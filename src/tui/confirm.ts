import { screenOf } from '../engine/screen.ts'
import { choicesOf } from '../engine/select.ts'
import type { State } from '../engine/state.ts'
import type { Reaction } from './intent.ts'

/** What Enter does now, and the word for it; no word where another key on the help line says the same. */
export function confirm(state: State): { reaction: Reaction; does: string } | undefined {
  const { question, view, finished } = state
  const screen = screenOf(state)
  const choice = choicesOf(state)[view.choice]
  if (screen === 'leave') {
    const stop = choice?.value === 'stop'
    return {
      reaction: stop ? { type: 'cancel' } : { type: 'opened', panel: 'none' },
      does: stop ? 'stop' : 'carry on',
    }
  }
  if (screen === 'credentials') {
    const secret = state.access?.secrets[view.cursor]
    return secret && { reaction: { type: 'reveal', ...secret }, does: 'show' }
  }
  if (view.panel !== 'none') return { reaction: { type: 'opened', panel: 'none' }, does: '' }
  if (question?.type === 'typed') {
    const right = view.field.text === question.expected
    const reaction: Reaction = right
      ? { type: 'answer', id: question.id, answer: view.field.text }
      : { type: 'mismatched' }
    return { reaction, does: 'confirm' }
  }
  if (question && choice) {
    return {
      reaction: { type: 'answer', id: question.id, answer: choice.value },
      does: choice.label.toLowerCase(),
    }
  }
  return finished && { reaction: { type: 'leave' }, does: '' }
}
