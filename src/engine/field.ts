/** A single line of text being typed. The caret counts graphemes, so that an accent or an emoji is one step. */
export interface Field {
  readonly text: string
  readonly caret: number
}

export type FieldEdit =
  | { readonly type: 'insert'; readonly text: string }
  | { readonly type: 'erase'; readonly what: 'before' | 'after' | 'word' | 'all' }
  | { readonly type: 'caret'; readonly to: 'left' | 'right' | 'start' | 'end' }

export const emptyField: Field = { text: '', caret: 0 }

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })

export const graphemes = (text: string): readonly string[] =>
  [...segmenter.segment(text)].map(part => part.segment)

export function edit(field: Field, change: FieldEdit): Field {
  const all = graphemes(field.text)
  const before = all.slice(0, field.caret)
  const after = all.slice(field.caret)
  switch (change.type) {
    case 'insert': {
      // A pasted newline or escape would be invisible in a one-line field and could never match.
      const text = change.text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '')
      return build([...before, text], after)
    }
    case 'erase':
      if (change.what === 'all') return emptyField
      if (change.what === 'after') return build(before, after.slice(1))
      if (change.what === 'before') return build(before.slice(0, -1), after)
      return build([before.join('').replace(/\S+\s*$/, '')], after)
    case 'caret': {
      const caret = { left: field.caret - 1, right: field.caret + 1, start: 0, end: all.length }[change.to]
      return { ...field, caret: Math.max(0, Math.min(all.length, caret)) }
    }
  }
}

function build(before: readonly string[], after: readonly string[]): Field {
  const head = before.join('')
  return { text: head + after.join(''), caret: graphemes(head).length }
}
