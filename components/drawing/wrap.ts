import type { Role } from '../theme.ts'
import { cells, head } from './cells.ts'
import { type Line, type Span, span } from './line.ts'

interface Word {
  readonly text: string
  readonly role: Role
  /** A space stood before it. */
  readonly spaced: boolean
}

/** Breaks spans at spaces into rows of at most `width` cells; a word that is wider than that is cut. */
export function wrap(spans: readonly Span[], width: number): readonly Line[] {
  const room = Math.max(4, width)
  const rows: Span[][] = [[]]
  let used = 0
  const put = (word: Word, text: string, space: boolean) => {
    rows.at(-1)?.push(span(`${space ? ' ' : ''}${text}`, word.role))
    used += cells(text) + (space ? 1 : 0)
  }
  const next = () => {
    rows.push([])
    used = 0
  }
  for (const word of wordsOf(spans)) {
    const space = word.spaced && used > 0
    let rest = word.text
    if (used + cells(rest) + (space ? 1 : 0) <= room) {
      put(word, rest, space)
      continue
    }
    if (used > 0) next()
    while (cells(rest) > room) {
      const part = head(rest, room) || rest.slice(0, 1)
      put(word, part, false)
      next()
      rest = rest.slice(part.length)
    }
    if (rest) put(word, rest, false)
  }
  return rows.filter(row => row.length > 0)
}

function wordsOf(spans: readonly Span[]): readonly Word[] {
  const words: Word[] = []
  let spaced = false
  for (const { text, role = 'plain' } of spans) {
    for (const part of text.split(/(\s+)/)) {
      if (part === '') continue
      if (/^\s+$/.test(part)) spaced = true
      else {
        words.push({ text: part, role, spaced })
        spaced = false
      }
    }
  }
  return words
}
