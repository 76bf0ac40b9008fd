import { moreRows } from '../drawing/brush.ts'
import { type Line, line, span } from '../drawing/line.ts'
import { cell, columnWidth } from '../drawing/table.ts'
import { wrap } from '../drawing/wrap.ts'
import { block, type Drawing, titleBlock, WEIGHT } from './drawing.ts'

/** The keys of the screen below, from the same table that acts on them. */
export const help: Drawing = (_state, brush, keys) => {
  const width = columnWidth(
    keys.map(one => one.keys),
    14,
  )
  const rows = keys.map(
    (one): Line => brush.clip(line('  ', cell(one.keys, width, 'accent'), '  ', one.does)),
  )
  const note =
    'Ctrl-Z does not suspend while the wizard has the keyboard. Everything is also in the transcript.'
  return [
    titleBlock(brush, 'Keys'),
    block(rows, { min: 2, weight: WEIGHT.main, more: moreRows(brush) }),
    block(wrap([span(note, 'muted')], brush.width), { weight: WEIGHT.ornament }),
  ]
}
