import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import { cells, clip, head, shorten } from '../../../components/drawing/cells.ts'
import { duration, ticking } from '../../../components/drawing/duration.ts'
import { line, span, textOf } from '../../../components/drawing/line.ts'
import { wrap } from '../../../components/drawing/wrap.ts'
import { ascii, unicode } from '../../../components/glyphs.ts'
import { tokenText } from '../../../components/parts/token-text.ts'

describe('glyphs', () => {
  it.each(Object.entries(unicode))('%s is one cell: %s', (_name, glyph) => {
    expect(stringWidth(glyph)).toBe(1)
    expect(cells(glyph)).toBe(1)
    expect([...glyph]).toHaveLength(1)
  })

  it('have twins in ASCII', () => {
    expect(Object.keys(ascii)).toEqual(Object.keys(unicode))
    for (const glyph of Object.values(ascii)) expect(glyph).toMatch(/^[\x21-\x7e]$/)
  })
})

describe('cells', () => {
  const texts = ['plain', '日本語', 'e\u0301a', '👩‍👩‍👧 x', 'a…b', '🚀🚀']

  it('agree with the terminal’s tables', () => {
    for (const text of texts) expect(cells(text)).toBe(stringWidth(text))
  })

  it('cut between characters, never within', () => {
    for (const text of texts)
      for (let width = 0; width < 9; width++) {
        expect(cells(head(text, width))).toBeLessThanOrEqual(width)
        expect(text.startsWith(head(text, width))).toBe(true)
        expect(cells(shorten(text, width, '…'))).toBeLessThanOrEqual(width)
        expect(cells(textOf(clip(line('ab', span(text)), width, '…')))).toBeLessThanOrEqual(width)
      }
  })
})

describe('wrapping', () => {
  it('loses no character and exceeds no width', () => {
    const text =
      'The registry has no image 日本語日本語日本語 at https://registry.tk.test/library/langfuse-worker:3.113.0 today'
    for (let width = 4; width < 60; width++) {
      const rows = wrap([span(text)], width).map(textOf)
      for (const row of rows) expect(cells(row)).toBeLessThanOrEqual(width)
      expect(rows.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''))
    }
  })

  it('puts commands and links alone on a row', () => {
    const rows = tokenText(['Start it with ', { command: 'kubectl scale' }, ' and wait'], { width: 40 }).map(
      textOf,
    )
    expect(rows).toEqual(['Start it with', '  kubectl scale', 'and wait'])
  })

  it('leaves them whole on paper, however long', () => {
    const link = `https://langfuse.tk.test/${'x'.repeat(200)}`
    const rows = tokenText(['Open ', { link }], { width: 40, whole: true }).map(textOf)
    expect(rows).toEqual(['Open', `  ${link}`])
  })
})

it('says durations the way people do', () => {
  expect([40, 9_949, 12_400, 60_000, 185_000].map(duration)).toEqual([
    '0.0 s',
    '9.9 s',
    '12 s',
    '1 min',
    '3 min 5 s',
  ])
  expect([900, 59_900, 61_000].map(ticking)).toEqual(['0 s', '59 s', '1 min 1 s'])
})
