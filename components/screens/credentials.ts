import type { Brush } from '../drawing/brush.ts'
import { cells } from '../drawing/cells.ts'
import { type Line, line, span } from '../drawing/line.ts'
import { cell, columnWidth } from '../drawing/table.ts'
import { block, type Drawing, titleBlock, WEIGHT } from './drawing.ts'

/** How to get in. Secrets are masked; one is shown alone, on a screen that leaves no trace. */
export const credentials: Drawing = (state, brush) => {
  const { access, view } = state
  if (!access) return [titleBlock(brush, 'No credentials yet')]
  const facts: readonly [string, string][] = [
    ['Login', access.login],
    ['Organization', access.organization],
    ['Project', access.project],
    ['Public key', access.publicKey],
  ]
  const labels = [...facts.map(([label]) => label), ...access.secrets.map(one => one.label)]
  const width = columnWidth(labels, Math.max(12, Math.floor(brush.width / 3)))
  const rows = facts.flatMap(([label, value]) => fact(label, { value, width, brush }))
  const hidden = brush.glyphs.mask.repeat(12)
  const secrets = access.secrets.map((one, index) => {
    const at = index === view.cursor
    const start = at ? span(`${brush.glyphs.pointer} `, 'accent') : span('  ')
    return brush.clip(
      line(start, cell(one.label, width, at ? 'strong' : 'plain'), '  ', span(hidden, 'muted')),
    )
  })
  return [
    titleBlock(brush, 'Credentials'),
    block([line('  ', span(access.url, 'accent'))], { min: 1, weight: WEIGHT.main }),
    block(rows, { min: 1, weight: WEIGHT.side }),
    block(secrets, { min: 1, weight: WEIGHT.essential, keep: view.cursor, gap: false }),
    block(
      [brush.clip(line(span('A secret is shown alone and leaves nothing in the scrollback.', 'muted')))],
      {
        weight: WEIGHT.ornament,
      },
    ),
  ]
}

function fact(
  label: string,
  { value, width, brush }: { value: string; width: number; brush: Brush },
): readonly Line[] {
  const beside = line('  ', cell(label, width, 'muted'), '  ', value)
  if (cells(value) + width + 4 <= brush.width) return [beside]
  return [brush.clip(line('  ', span(label, 'muted'))), brush.clip(line('  ', value))]
}
