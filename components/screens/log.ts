import { stepInFocus } from '../../src/engine/select.ts'
import { shorten } from '../drawing/cells.ts'
import { line, span } from '../drawing/line.ts'
import { block, type Drawing, titleBlock, WEIGHT } from './drawing.ts'

/** The log of the running step; scrolled up from its end. */
export const log: Drawing = (state, brush) => {
  const step = stepInFocus(state)
  const lines = step?.log ?? []
  const end = lines.length - state.view.cursor
  const rows = lines
    .slice(0, Math.max(1, end))
    .map(text => line(span(shorten(text, brush.width, brush.glyphs.ellipsis))))
  return [
    titleBlock(brush, `Log ${brush.glyphs.dot} ${step?.info.title ?? 'nothing yet'}`, {
      right: `${Math.max(0, end)} of ${lines.length} lines`,
    }),
    block(rows.length ? rows : [line(span('Nothing was logged.', 'muted'))], {
      min: 1,
      weight: WEIGHT.main,
      keep: 'tail',
    }),
  ]
}
