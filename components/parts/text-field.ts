import { type Field, graphemes } from '../../src/engine/field.ts'
import type { Brush } from '../drawing/brush.ts'
import { cells, head } from '../drawing/cells.ts'
import { type Line, line, span } from '../drawing/line.ts'

/** One row of typed text with its caret; of a long text the end before the caret is in sight. */
export function textField(field: Field, brush: Brush): Line {
  const { glyphs, width } = brush
  const all = graphemes(field.text)
  let before = all.slice(0, field.caret)
  const room = width - 4
  while (before.length > 0 && cells(before.join('')) > room) before = before.slice(1)
  const shown = before.join('')
  const after = head(all.slice(field.caret).join(''), room - cells(shown))
  return line(
    span(`${glyphs.pointer} `, 'accent'),
    span(shown, 'strong'),
    span(glyphs.caret, 'accent'),
    after,
  )
}
