import { problemsOf } from '../../src/engine/problems.ts'
import type { State } from '../../src/engine/state.ts'
import { brushOf } from '../drawing/brush.ts'
import { duration } from '../drawing/duration.ts'
import { blank, indent, type Line, line, span } from '../drawing/line.ts'
import { problemCard } from '../parts/problem-card.ts'
import { nextRows } from '../screens/next-rows.ts'
import { healthRows, outcomeOf } from '../screens/result.ts'

/** What stays in the terminal once it is given back: the verdict, what to mend, where to go. Never a secret. */
export function summaryLines(state: State): readonly Line[] {
  const { finished, access } = state
  if (!finished) return []
  const brush = brushOf(state)
  const { text, role } = outcomeOf(state)
  const { ok, bad, warn } = brush.glyphs
  const glyph = role === 'ok' ? ok : role === 'bad' ? bad : warn
  const cards = problemsOf(state).flatMap(one => [
    ...problemCard(one, brush, { size: 'plain', whole: true }),
    blank,
  ])
  const next = nextRows(state, brush, true)
  return [
    line(span(`${glyph} `, role), span(text, 'strong'), span(`  ${duration(finished.durationMs)}`, 'muted')),
    ...(finished.reason ? [line(span(`  ${finished.reason}`, 'muted'))] : []),
    blank,
    ...cards,
    ...(access ? [...healthRows(state, brush), blank, line(span(access.url, 'accent')), blank] : []),
    ...indent(0, next),
    ...(next.length ? [blank] : []),
  ]
}
