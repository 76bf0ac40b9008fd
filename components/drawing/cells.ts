import stringWidth from 'string-width'
import { type Line, type Span, textOf } from './line.ts'

/** ASCII and our own glyphs: one cell each, so their width needs no tables. */
const PLAIN = /^[\x20-\x7e✓✗·●›…█░•▏→↑↓│]*$/
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Cells a text takes in the terminal. */
export const cells = (text: string): number => (PLAIN.test(text) ? text.length : stringWidth(text))

export const cellsOf = (one: Line): number => cells(textOf(one))

/** The longest start of `text` that fits. */
export function head(text: string, width: number): string {
  if (PLAIN.test(text)) return text.slice(0, Math.max(0, width))
  let taken = ''
  let used = 0
  for (const { segment } of segmenter.segment(text)) {
    used += cells(segment)
    if (used > width) break
    taken += segment
  }
  return taken
}

/** The text, or as much of it as fits with a mark that something is missing. */
export function shorten(text: string, width: number, ellipsis: string): string {
  if (cells(text) <= width) return text
  return width <= 1 ? head(text, width) : `${head(text, width - 1).trimEnd()}${ellipsis}`
}

/** The same for a row of spans. */
export function clip(one: Line, width: number, ellipsis: string): Line {
  if (cellsOf(one) <= width) return one
  const kept: Span[] = []
  let room = width
  for (const part of one) {
    const size = cells(part.text)
    if (size < room || (size === room && part === one.at(-1))) {
      kept.push(part)
      room -= size
    } else {
      kept.push({ ...part, text: head(part.text, Math.max(0, room - 1)) + (room > 0 ? ellipsis : '') })
      break
    }
  }
  return kept
}

export const pad = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - cells(text)))
