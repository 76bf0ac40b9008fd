import type { FieldEdit } from '../engine/field.ts'
import type { Reaction } from './intent.ts'
import type { Key } from './keyboard.ts'

const edited = (edit: FieldEdit): Reaction => ({ type: 'edited', edit })

/** Editing keys of a one-line field. */
export function fieldKey(key: Key): Reaction | undefined {
  if (key.name === 'paste' || key.text !== '') return edited({ type: 'insert', text: key.text })
  switch (key.ctrl ? `ctrl-${key.name}` : key.name) {
    case 'backspace':
    case 'ctrl-h':
      return edited({ type: 'erase', what: 'before' })
    case 'delete':
      return edited({ type: 'erase', what: 'after' })
    case 'ctrl-w':
      return edited({ type: 'erase', what: 'word' })
    case 'ctrl-u':
      return edited({ type: 'erase', what: 'all' })
    case 'left':
      return edited({ type: 'caret', to: 'left' })
    case 'right':
      return edited({ type: 'caret', to: 'right' })
    case 'home':
    case 'ctrl-a':
      return edited({ type: 'caret', to: 'start' })
    case 'end':
    case 'ctrl-e':
      return edited({ type: 'caret', to: 'end' })
    default:
      return undefined
  }
}
