import type { Choice } from '../../src/engine/select.ts'
import type { Brush } from '../drawing/brush.ts'
import { cellsOf } from '../drawing/cells.ts'
import { type Line, line, span } from '../drawing/line.ts'

/** The answers on one row where they fit, else one below the other. */
export function choiceList(choices: readonly Choice[], chosen: number, brush: Brush): readonly Line[] {
  const { glyphs, width } = brush
  const drawn = choices.map((choice, index) =>
    index === chosen
      ? line(span(`${glyphs.pointer} `, 'accent'), span(choice.label, 'strong'))
      : line(span(`  ${choice.label}`, 'muted')),
  )
  const across = drawn.flatMap((one, index) => (index === 0 ? one : [span('   '), ...one]))
  if (choices.every(choice => !choice.hint) && cellsOf(across) <= width) return [across]
  return drawn.map((one, index) => {
    const hint = choices[index]?.hint
    return brush.clip(hint ? [...one, span(`  ${hint}`, 'muted')] : one)
  })
}
