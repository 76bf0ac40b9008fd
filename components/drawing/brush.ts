import { contentWidth } from '../../src/engine/fit.ts'
import type { State } from '../../src/engine/state.ts'
import { type Glyphs, glyphsOf } from '../glyphs.ts'
import { clip } from './cells.ts'
import { type Line, line, span } from './line.ts'

/** What drawing needs to know of the terminal, and nothing more of the state. */
export interface Brush {
  /** Cells a row may take. */
  readonly width: number
  readonly glyphs: Glyphs
  /** Durations have room. */
  readonly durations: boolean
  /** Only titles have room. */
  readonly terse: boolean
  clip(one: Line): Line
}

export function brushOf(state: State): Brush {
  const { columns } = state.view.size
  const glyphs = glyphsOf(state.view.capabilities.ascii)
  const width = contentWidth(columns)
  return {
    width,
    glyphs,
    durations: columns >= 60,
    terse: columns < 40,
    clip: one => clip(one, width, glyphs.ellipsis),
  }
}

/** "… 12 more" in place of rows that do not fit. */
export const moreRows =
  ({ glyphs }: Brush) =>
  (hidden: number): Line =>
    line(span(`  ${glyphs.ellipsis} ${hidden} more`, 'muted'))
