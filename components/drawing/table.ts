import { cells, cellsOf, clip, pad } from './cells.ts'
import { type Line, type Span, span } from './line.ts'

/** A row with something at its right edge; the left gives way. */
export function spread(
  left: Line,
  right: Line,
  { width, ellipsis }: { width: number; ellipsis: string },
): Line {
  const room = width - cellsOf(right)
  if (right.length === 0 || room < 8) return clip(left, width, ellipsis)
  const shown = clip(left, room - 2, ellipsis)
  return [...shown, span(' '.repeat(room - cellsOf(shown))), ...right]
}

/** The width a column of texts needs, within a limit. */
export const columnWidth = (texts: readonly string[], limit: number): number =>
  Math.min(limit, Math.max(0, ...texts.map(cells)))

export const cell = (text: string, width: number, role?: Span['role']): Span => span(pad(text, width), role)
