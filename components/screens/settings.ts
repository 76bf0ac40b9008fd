import type { Setting } from '../../src/engine/events.ts'
import { type Brush, moreRows } from '../drawing/brush.ts'
import { shorten } from '../drawing/cells.ts'
import { type Line, line, span } from '../drawing/line.ts'
import { cell, columnWidth } from '../drawing/table.ts'
import { block, type Drawing, titleBlock, WEIGHT } from './drawing.ts'

/** What was found, and where: nothing is asked that can be discovered. */
export const settings: Drawing = (state, brush) => {
  const { settings: found, view } = state
  const keyWidth = columnWidth(
    found.map(one => one.key),
    Math.max(10, Math.floor(brush.width / 3)),
  )
  const valueWidth = columnWidth(
    found.map(one => one.value),
    Math.floor((brush.width - keyWidth) / 2),
  )
  const rows = found.map((one, index) =>
    settingLine(one, { at: index === view.cursor, keyWidth, valueWidth, brush }),
  )
  const selected = found[view.cursor]
  return [
    titleBlock(brush, 'Settings', { right: `${found.length} found` }),
    block(rows.length ? rows : [line(span('Nothing was found yet.', 'muted'))], {
      min: 1,
      weight: WEIGHT.main,
      keep: view.cursor,
      more: moreRows(brush),
    }),
    block(
      selected
        ? [
            brush.clip(line(span(selected.value, 'strong'))),
            brush.clip(line(span(`from ${selected.origin}`, 'muted'))),
          ]
        : [],
    ),
    block(
      [brush.clip(line(span('Another value is given by its flag or in the configuration file.', 'muted')))],
      {
        weight: WEIGHT.ornament,
      },
    ),
  ]
}

interface SettingLine {
  readonly at: boolean
  readonly keyWidth: number
  readonly valueWidth: number
  readonly brush: Brush
}

function settingLine(
  { key, value, origin }: Setting,
  { at, keyWidth, valueWidth, brush }: SettingLine,
): Line {
  const { ellipsis, pointer } = brush.glyphs
  const start = at ? span(`${pointer} `, 'accent') : span('  ')
  const name = cell(shorten(key, keyWidth, ellipsis), keyWidth, at ? 'strong' : 'plain')
  const what = cell(shorten(value, valueWidth, ellipsis), valueWidth, 'accent')
  return brush.clip([start, name, span('  '), what, span(`  ${origin}`, 'muted')])
}
