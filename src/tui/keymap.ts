import type { KeyHint } from '../../components/parts/key-help.ts'
import { type Screen, screenOf } from '../engine/screen.ts'
import { choicesOf, rowsOf } from '../engine/select.ts'
import type { State } from '../engine/state.ts'
import type { Panel } from '../engine/view.ts'
import { confirm } from './confirm.ts'
import { fieldKey } from './field-keys.ts'
import type { Reaction } from './intent.ts'
import type { Key } from './keyboard.ts'

/** A row of the table: these keys, in these states, do this. The help line is drawn from the same rows. */
interface Binding {
  readonly keys: readonly string[]
  /** Absent where the key goes without saying. */
  readonly hint?: {
    readonly keys: string /** Empty where it goes without saying. */
    readonly does: string | ((state: State) => string)
  }
  when(state: State): boolean
  does(state: State): Reaction | undefined
}

const on =
  (...screens: readonly Screen[]) =>
  (state: State): boolean =>
    screens.includes(screenOf(state))
const open = (panel: Panel) => (): Reaction => ({ type: 'opened', panel })
const move = (by: number) => (): Reaction => ({ type: 'moved', by })
const choose = (by: number) => (): Reaction => ({ type: 'chose', by })

const typing = (state: State): boolean => state.question?.type === 'typed' && state.view.panel === 'none'
const over = (state: State): boolean => state.finished !== undefined
const sheet = on('help', 'settings', 'log', 'detail', 'leave', 'credentials')
const scrolls = (state: State): boolean => rowsOf(state) > 1
const chooses = (state: State): boolean => choicesOf(state).length > 1
/** Up and down go through the answers where there is no list to go through. */
const stacked = (state: State): boolean => chooses(state) && (!scrolls(state) || on('leave')(state))

/** The log is scrolled from its end, so up means further back. */
const upward = (state: State): Reaction => (stacked(state) ? choose(-1)() : move(on('log')(state) ? 1 : -1)())
const downward = (state: State): Reaction =>
  stacked(state) ? choose(1)() : move(on('log')(state) ? -1 : 1)()
const page = (state: State): number => Math.max(1, state.view.size.rows - 8) * (on('log')(state) ? -1 : 1)

export const bindings: readonly Binding[] = [
  {
    keys: ['return', 'enter'],
    hint: { keys: 'Enter', does: state => confirm(state)?.does ?? '' },
    when: state => confirm(state) !== undefined,
    does: state => confirm(state)?.reaction,
  },
  {
    keys: ['escape'],
    hint: { keys: 'Esc', does: 'back' },
    when: sheet,
    does: open('none'),
  },
  {
    keys: ['c', 'tab'],
    hint: { keys: 'c', does: 'credentials' },
    when: state => over(state) && state.access !== undefined && on('result', 'problem')(state),
    does: open('credentials'),
  },
  {
    keys: ['left', 'shift-tab'],
    when: state => chooses(state),
    does: choose(-1),
  },
  {
    keys: ['right', 'tab'],
    hint: { keys: 'Tab', does: 'other answer' },
    when: state => chooses(state),
    does: choose(1),
  },
  {
    keys: ['?', 'f1'],
    hint: { keys: '?', does: 'keys' },
    when: state => !on('help', 'leave')(state),
    does: open('help'),
  },
  { keys: ['?'], when: on('help'), does: open('none') },
  {
    keys: ['q'],
    hint: { keys: 'q', does: 'leave' },
    when: over,
    does: () => ({ type: 'leave' }),
  },
  {
    keys: ['escape'],
    when: state => over(state) && !sheet(state),
    does: () => ({ type: 'leave' }),
  },
  {
    keys: ['q', 'escape'],
    hint: { keys: 'q', does: 'stop' },
    when: state => !over(state) && !state.view.cancelling && !on('leave')(state),
    does: open('leave'),
  },
  { keys: ['up', 'k'], when: state => scrolls(state) || chooses(state), does: upward },
  {
    keys: ['down', 'j'],
    hint: { keys: 'j/k', does: state => (on('preflight')(state) ? '' : 'move') },
    when: state => scrolls(state) || chooses(state),
    does: downward,
  },
  { keys: ['pageup'], when: scrolls, does: state => move(-page(state))() },
  { keys: ['pagedown'], when: scrolls, does: state => move(page(state))() },
  {
    keys: ['c'],
    hint: { keys: 'c', does: 'copy' },
    when: on('credentials'),
    does: state => {
      const secret = state.access?.secrets[state.view.cursor]
      return secret && { type: 'copy', ...secret }
    },
  },
  {
    keys: ['u'],
    hint: { keys: 'u', does: 'copy URL' },
    when: state => state.access !== undefined && on('credentials', 'result')(state),
    does: state => state.access && { type: 'copy-text', text: state.access.url, label: 'URL' },
  },
  {
    keys: ['tab'],
    when: on('credentials'),
    does: open('none'),
  },
  {
    keys: ['d'],
    hint: { keys: 'd', does: 'details' },
    when: state => on('review', 'rollback')(state) && rowsOf(state) > 0,
    does: open('detail'),
  },
  {
    keys: ['l'],
    hint: { keys: 'l', does: 'log' },
    when: state =>
      on('work', 'problem', 'result')(state) && Object.values(state.steps).some(step => step.log.length > 0),
    does: open('log'),
  },
  {
    keys: ['s'],
    hint: { keys: 's', does: 'settings' },
    when: state =>
      on('preflight', 'review', 'rollback', 'work', 'problem')(state) && state.settings.length > 0,
    does: open('settings'),
  },
]

/** What a key means now. Keys without a meaning, and pastes outside a field, do nothing. */
export function keymap(key: Key, state: State): Reaction | undefined {
  if (key.ctrl && (key.name === 'c' || key.name === 'd')) return { type: 'cancel' }
  if (typing(state)) {
    const reaction = fieldKey(key)
    if (reaction) return reaction
  }
  if (key.name === 'paste' || key.ctrl || key.meta) return undefined
  const writes = key.text !== '' && typing(state)
  const name = key.shift && key.name === 'tab' ? 'shift-tab' : key.text === '?' ? '?' : key.name
  if (writes) return undefined
  return bindings.find(row => row.keys.includes(name) && row.when(state))?.does(state)
}

/** The keys that act now, the most useful first; Ctrl-C goes without saying except on the sheet of all keys. */
export function hintsOf(state: State): readonly KeyHint[] {
  const below: State =
    screenOf(state) === 'help' ? { ...state, view: { ...state.view, panel: 'none' } } : state
  const taken = new Set<string>()
  const hints = bindings.flatMap(({ hint, when }) => {
    if (!hint || !when(below) || taken.has(hint.keys)) return []
    const does = typeof hint.does === 'string' ? hint.does : hint.does(below)
    if (does === '') return []
    taken.add(hint.keys)
    return [{ keys: hint.keys, does }]
  })
  const shown = typing(below) ? [...hints.filter(one => one.keys === 'Enter'), ...WHILE_TYPING] : hints
  const quiet = below === state && !below.view.cancelling
  return quiet
    ? shown
    : [...shown, { keys: 'Ctrl-C', does: below.view.cancelling ? 'leave at once' : 'stop' }]
}

/** Letters are text then. */
const WHILE_TYPING: readonly KeyHint[] = [
  { keys: 'Esc', does: 'stop' },
  { keys: 'F1', does: 'keys' },
]
