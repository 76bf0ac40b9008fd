import type { Block } from '../../src/engine/fit.ts'
import { flatten } from '../../src/engine/problem.ts'
import type { State } from '../../src/engine/state.ts'
import { type Brush, moreRows } from '../drawing/brush.ts'
import { type Line, line, span } from '../drawing/line.ts'
import { wrap } from '../drawing/wrap.ts'
import { textField } from '../parts/text-field.ts'
import { tokenText } from '../parts/token-text.ts'
import { block, type Drawing, titleBlock, WEIGHT } from './drawing.ts'
import { askBlocks, countsOf, planRows } from './review.ts'

/** What goes, what stays and why, what is not ours; what destroys must be named by typing it. */
export const rollback: Drawing = (state, brush) => {
  const { rows, at } = planRows(state, brush)
  return [
    titleBlock(brush, 'What will be removed', { right: countsOf(state.plan ?? []) }),
    block(rows, { min: 2, weight: WEIGHT.main, keep: at, more: moreRows(brush) }),
    ...typedBlocks(state, brush),
    ...askBlocks(state, brush),
  ]
}

export function typedBlocks(state: State, brush: Brush): readonly Block<Line>[] {
  const { question, view } = state
  if (question?.type !== 'typed') return []
  const wrong = `That is not «${question.expected}». Type it exactly, or press Esc.`
  const says = flatten(question.text).includes(question.expected)
  const ask = says ? question.text : [question.text, ` Type «${question.expected}».`].flat()
  return [
    block(tokenText(ask, { width: brush.width, role: 'strong' }), { min: 2, weight: WEIGHT.essential }),
    block([textField(view.field, brush)], { min: 1, weight: WEIGHT.essential, gap: false }),
    block(
      view.mismatch
        ? wrap([span(`${brush.glyphs.bad} `, 'bad'), span(wrong, 'bad')], brush.width)
        : [line(span(''))],
      {
        min: view.mismatch ? 1 : 0,
        weight: WEIGHT.essential,
        gap: false,
      },
    ),
  ]
}
