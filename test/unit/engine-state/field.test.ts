import { expect, it } from 'vitest'
import { edit, emptyField, type FieldEdit } from '../../../src/engine/field.ts'

const typed = (...edits: readonly FieldEdit[]) => edits.reduce(edit, emptyField)
const insert = (text: string): FieldEdit => ({ type: 'insert', text })

it('inserts at the caret', () => {
  const field = typed(insert('lange'), { type: 'caret', to: 'left' }, insert('fus'))
  expect(field).toEqual({ text: 'langfuse', caret: 7 })
})

it('takes an accent or a flag as one step', () => {
  expect(typed(insert('e\u0301🇩🇪'), { type: 'erase', what: 'before' })).toEqual({ text: 'e\u0301', caret: 1 })
})

it('drops newlines and escapes of a paste', () => {
  expect(typed(insert('lang\r\n\u001b[31mfuse')).text).toBe('lang[31mfuse')
})

it('erases a word, what follows, everything', () => {
  expect(typed(insert('one two '), { type: 'erase', what: 'word' }).text).toBe('one ')
  expect(typed(insert('ab'), { type: 'caret', to: 'start' }, { type: 'erase', what: 'after' }).text).toBe('b')
  expect(typed(insert('ab'), { type: 'erase', what: 'all' })).toEqual(emptyField)
})

it('keeps the caret inside', () => {
  expect(typed({ type: 'caret', to: 'left' }).caret).toBe(0)
  expect(typed(insert('a'), { type: 'caret', to: 'right' }).caret).toBe(1)
})
