import { describe, expect, it } from 'vitest'
import { reduce } from '../../../src/engine/reduce.ts'
import { screenOf } from '../../../src/engine/screen.ts'
import type { State } from '../../../src/engine/state.ts'
import type { Key } from '../../../src/tui/keyboard.ts'
import { bindings, hintsOf, keymap } from '../../../src/tui/keymap.ts'
import { failing, happy, recordings, rolledBack } from '../../support/recordings/runs.ts'
import { landmarks, statesOf } from '../../support/variants.ts'

const key = (name: string, more: Partial<Key> = {}): Key => ({
  name,
  text: name.length === 1 ? name : '',
  ctrl: false,
  meta: false,
  shift: false,
  ...more,
})

/** Presses keys as the controller does; what is no action is returned. */
function press(state: State, ...keys: readonly Key[]) {
  const intents: unknown[] = []
  let now = state
  for (const one of keys) {
    const reaction = keymap(one, now)
    if (!reaction) continue
    if (['answer', 'cancel', 'leave', 'reveal', 'copy', 'copy-text'].includes(reaction.type))
      intents.push(reaction)
    else now = reduce(now, reaction as never)
  }
  return { state: now, intents }
}

const first = (recording: typeof happy, screen: string): State => {
  const found = statesOf(recording).find(
    state => screenOf(state) === screen && (state.question || !['review', 'rollback'].includes(screen)),
  )
  if (!found) throw new Error(`no ${screen} in ${recording.name}`)
  return found
}

describe('questions', () => {
  it('applies a burst in order: two down and Enter answer the third', () => {
    const { intents } = press(first(failing, 'problem'), key('down'), key('down'), key('return'))
    expect(intents).toEqual([{ type: 'answer', id: 'failure', answer: 'leave' }])
  })

  it('answers yes with Enter and no after Tab', () => {
    const review = first(happy, 'review')
    expect(press(review, key('return')).intents).toEqual([{ type: 'answer', id: 'install', answer: 'yes' }])
    expect(press(review, key('tab'), key('return')).intents).toEqual([
      { type: 'answer', id: 'install', answer: 'no' },
    ])
  })

  it('goes through the plan with the arrows and keeps its place behind the details', () => {
    const { state } = press(first(happy, 'review'), key('j'), key('down'), key('d'))
    expect(screenOf(state)).toBe('detail')
    const back = press(state, key('escape'))
    expect(screenOf(back.state)).toBe('review')
    expect(back.state.view.cursor).toBe(2)
  })

  it('answers nothing while a sheet lies over the question', () => {
    const { state, intents } = press(first(happy, 'review'), key('?'), key('return'))
    expect(intents).toEqual([])
    expect(screenOf(state)).toBe('review')
  })
})

describe('typed confirmation', () => {
  const typed = [...'langfuse'].map(letter => key(letter))
  const state = first(rolledBack, 'rollback')

  it('needs the whole name', () => {
    const wrong = press(state, key('l'), key('return'))
    expect(wrong.intents).toEqual([])
    expect(wrong.state.view.mismatch).toBe(true)
    expect(press(state, ...typed, key('return')).intents).toEqual([
      { type: 'answer', id: 'rollback', answer: 'langfuse' },
    ])
  })

  it('takes a paste without its newline', () => {
    const { state: pasted } = press(state, key('paste', { text: 'langfuse\r\n' }))
    expect(pasted.view.field.text).toBe('langfuse')
    expect(press(pasted, key('return')).intents).toHaveLength(1)
  })

  it('takes letters that are keys elsewhere as text', () => {
    expect(press(state, key('q'), key('?'), key('s')).state.view.field.text).toBe('q?s')
  })
})

describe('leaving', () => {
  const running = first(happy, 'work')

  it('asks first, and a stray Enter carries on', () => {
    const { state, intents } = press(running, key('q'))
    expect(screenOf(state)).toBe('leave')
    expect(intents).toEqual([])
    expect(press(state, key('return')).intents).toEqual([])
    expect(press(state, key('left'), key('return')).intents).toEqual([{ type: 'cancel' }])
  })

  it('does nothing with a pasted q, with Ctrl+F1 or with Ctrl+Z', () => {
    for (const one of [
      key('paste', { text: 'q\r' }),
      key('f1', { ctrl: true }),
      key('z', { ctrl: true, text: '' }),
    ])
      expect(keymap(one, running)).toBeUndefined()
  })

  it('stops with Ctrl-C on every screen', () => {
    for (const recording of recordings)
      for (const state of landmarks(recording))
        expect(keymap(key('c', { ctrl: true, text: '' }), state)).toEqual({ type: 'cancel' })
  })
})

describe('the table', () => {
  it('draws only keys that act', () => {
    for (const recording of recordings)
      for (const state of landmarks(recording)) {
        const acting = bindings.filter(row => row.when(state) && row.does(state) !== undefined)
        for (const { keys } of hintsOf(state)) {
          if (['Esc', 'F1', 'Ctrl-C'].includes(keys)) continue
          expect(
            acting.some(row => row.hint?.keys === keys),
            `${keys} on ${screenOf(state)}`,
          ).toBe(true)
        }
      }
  })

  it('has a way out of every sheet', () => {
    for (const panel of ['help', 'settings', 'log', 'detail', 'leave'] as const) {
      const state = reduce(first(happy, 'work'), { type: 'opened', panel })
      expect(screenOf(press(state, key('escape')).state)).toBe('work')
    }
  })

  it('reveals and copies the secret under the cursor, by name', () => {
    const end = statesOf(happy).at(-1)!
    const open = press(end, key('c')).state
    expect(screenOf(open)).toBe('credentials')
    expect(press(open, key('down'), key('return')).intents).toEqual([
      { type: 'reveal', name: 'password', label: 'Password' },
    ])
    expect(press(open, key('c')).intents).toEqual([{ type: 'copy', name: 'secret-key', label: 'Secret key' }])
  })
})
