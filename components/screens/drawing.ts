import type { Block } from '../../src/engine/fit.ts'
import type { State } from '../../src/engine/state.ts'
import type { Brush } from '../drawing/brush.ts'
import { type Line, line, span } from '../drawing/line.ts'
import { spread } from '../drawing/table.ts'
import type { KeyHint } from '../parts/key-help.ts'
import type { Role } from '../theme.ts'

/** A screen is a pure function: state in, blocks of rows out. `fit` decides how much of each is shown. */
export type Drawing = (state: State, brush: Brush, keys: readonly KeyHint[]) => readonly Block<Line>[]

/** The heavier a block the later it gives way in a small terminal. */
export const WEIGHT = { essential: 100, main: 80, title: 60, keys: 50, side: 30, ornament: 10 } as const

export const block = (lines: readonly Line[], more: Partial<Block<Line>> = {}): Block<Line> => ({
  variants: [lines],
  min: 0,
  weight: WEIGHT.side,
  gap: true,
  ...more,
})

/** What this screen is, and at the right edge how far it is. */
export function titleBlock(
  brush: Brush,
  text: string,
  { right = '', role = 'strong' }: { right?: string; role?: Role } = {},
): Block<Line> {
  const end = right && brush.durations ? line(span(right, 'muted')) : []
  const row = spread(line(span(text, role)), end, { width: brush.width, ellipsis: brush.glyphs.ellipsis })
  return block([row], { min: 1, weight: WEIGHT.title })
}
