import type { State } from '../../src/engine/state.ts'
import type { Brush } from '../drawing/brush.ts'
import { type Line, line, span } from '../drawing/line.ts'
import { tokenText } from '../parts/token-text.ts'

/** Where to go from here, in the words of the command that ended. */
export function nextRows({ finished }: State, brush: Brush, whole = false): readonly Line[] {
  const next = finished?.next ?? []
  if (next.length === 0) return []
  const rows = next.flatMap(text => {
    const drawn = tokenText(text, { width: brush.width - 4, whole })
    return drawn.map((one, index) => [
      span(index === 0 ? `  ${brush.glyphs.arrow} ` : '    ', 'muted'),
      ...one,
    ])
  })
  return [line(span('Next', 'strong')), ...rows]
}
