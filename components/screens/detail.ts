import { reviewRows } from '../../src/engine/select.ts'
import { moreRows } from '../drawing/brush.ts'
import { indent, type Line, line, span } from '../drawing/line.ts'
import { wrap } from '../drawing/wrap.ts'
import { changeOf, mark } from '../parts/mark.ts'
import { block, type Drawing, titleBlock, WEIGHT } from './drawing.ts'

/** One item of the plan, whole: every field that differs. */
export const detail: Drawing = (state, brush) => {
  const step = reviewRows(state)[state.view.cursor]
  if (!step) return [titleBlock(brush, 'Nothing to show')]
  const verdict = changeOf(step.change)
  const differences = (step.differences ?? []).flatMap((one): readonly Line[] => [
    ...wrap([span(one.field, 'strong')], brush.width),
    ...indent(2, wrap([span('is      ', 'muted'), span(one.actual)], brush.width - 2)),
    ...indent(2, wrap([span('becomes ', 'muted'), span(one.wanted, 'accent')], brush.width - 2)),
  ])
  const facts = [
    ...wrap([span(step.title, 'muted')], brush.width),
    ...(step.because ? wrap([span(step.because, 'muted')], brush.width) : []),
  ]
  return [
    titleBlock(brush, `${step.system} ${brush.glyphs.dot} ${step.subject}`),
    block([brush.clip(line(mark(verdict, brush.glyphs), ' ', span(verdict.word, verdict.role)))], {
      min: 1,
      weight: WEIGHT.title,
    }),
    block(differences, { min: 1, weight: WEIGHT.main, more: moreRows(brush) }),
    block(facts),
  ]
}
