import { flatten, type Text, type Token } from '../../src/engine/problem.ts'
import { cells } from '../drawing/cells.ts'
import { indent, type Line, line, type Span, span } from '../drawing/line.ts'
import { wrap } from '../drawing/wrap.ts'
import type { Role } from '../theme.ts'

export interface TokenTextOptions {
  readonly width: number
  readonly role?: Role
  /** Commands and links are left whole, for paper that the terminal itself may wrap and a mouse can copy. */
  readonly whole?: boolean
}

/** Text as rows. What one may want to copy stands alone on its row. */
export function tokenText(
  text: Text,
  { width, role = 'plain', whole = false }: TokenTextOptions,
): readonly Line[] {
  const tokens = typeof text === 'string' ? [text] : text
  const rows: Line[] = []
  let prose: Span[] = []
  const flush = () => {
    if (prose.some(part => part.text.trim() !== '')) rows.push(...wrap(prose, width))
    prose = []
  }
  for (const token of tokens) {
    const alone = copied(token)
    if (alone === undefined) {
      prose.push(inline(token, role))
      continue
    }
    flush()
    const copy = span(alone, 'accent')
    const fits = cells(alone) + (rows.length ? 2 : 0) <= width
    const drawn = whole || fits ? [line(copy)] : wrap([copy], width - 2)
    rows.push(...(rows.length ? indent(2, drawn) : drawn))
  }
  flush()
  return rows
}

function inline(token: Token, role: Role): Span {
  if (typeof token === 'string') return span(token, role)
  return span(flatten([token]), role === 'muted' ? 'muted' : 'strong')
}

function copied(token: Token): string | undefined {
  if (typeof token === 'string') return undefined
  if ('command' in token) return token.command
  if ('link' in token) return token.link
  return 'path' in token && cells(token.path) > LONG_PATH ? token.path : undefined
}

/** A short path reads well within a sentence; a long one would be broken by it. */
const LONG_PATH = 24
