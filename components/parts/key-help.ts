import type { Brush } from '../drawing/brush.ts'
import { cells } from '../drawing/cells.ts'
import { type Line, type Span, span } from '../drawing/line.ts'

/** One entry of the help line; the table of keys is what draws it. */
export interface KeyHint {
  readonly keys: string
  readonly does: string
}

/** As many keys as fit, the most useful first. */
export function keyHelp(hints: readonly KeyHint[], brush: Brush): readonly Line[] {
  const spans: Span[] = []
  let used = 0
  for (const { keys, does } of hints) {
    const size = cells(keys) + 1 + cells(does) + (used ? 3 : 0)
    if (used + size > brush.width) continue
    if (used) spans.push(span('   '))
    spans.push(span(keys, 'accent'), span(` ${does}`, 'muted'))
    used += size
  }
  return spans.length ? [spans] : []
}
