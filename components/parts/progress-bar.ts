import type { Progress } from '../../src/engine/context.ts'
import type { Brush } from '../drawing/brush.ts'
import { clip } from '../drawing/cells.ts'
import { type Line, line, span } from '../drawing/line.ts'

/** A bar where an amount is known; nothing where it would be a guess. */
export function progressBar({ done, total, unit }: Progress, brush: Brush): readonly Line[] {
  if (done === undefined || !total) return []
  const share = Math.max(0, Math.min(1, done / total))
  const size = Math.max(8, Math.min(32, brush.width - 26))
  const full = Math.round(share * size)
  const amount = `${Math.round(share * 100)} %  ${done}/${total}${unit ? ` ${unit}` : ''}`
  const { barFull, barEmpty } = brush.glyphs
  return [
    clip(
      line(
        span(barFull.repeat(full), 'running'),
        span(barEmpty.repeat(size - full), 'muted'),
        span(`  ${amount}`, 'muted'),
      ),
      brush.width,
      brush.glyphs.ellipsis,
    ),
  ]
}
