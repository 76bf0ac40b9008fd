import { concernsOf, problemsOf } from '../../src/engine/problems.ts'
import { countOf, elapsedMs, stepsOf } from '../../src/engine/select.ts'
import type { State, Step } from '../../src/engine/state.ts'
import { type Brush, moreRows } from '../drawing/brush.ts'
import { ticking } from '../drawing/duration.ts'
import { type Line, line, span } from '../drawing/line.ts'
import { columnWidth } from '../drawing/table.ts'
import { mark, verdictOf } from '../parts/mark.ts'
import { problemCard } from '../parts/problem-card.ts'
import { stepLine } from '../parts/step-line.ts'
import { block, type Drawing, titleBlock, WEIGHT } from './drawing.ts'

/** The first screen is the verdict: what is there, what is not, and in which order to mend it. */
export const preflight: Drawing = (state, brush) => {
  const checks = stepsOf(state, 'check')
  const done = checks.filter(step => step.is === 'settled').length
  const right = `${done} of ${checks.length} looked at   ${ticking(elapsedMs(state))}`
  return [
    titleBlock(brush, done < checks.length ? 'Looking at the cluster' : 'What the cluster has', { right }),
    block(fullList(checks, brush), {
      variants: [fullList(checks, brush), foldedList(checks, brush), flatList(checks, brush)],
      min: 2,
      weight: WEIGHT.main,
      more: moreRows(brush),
      keep: state.view.cursor,
    }),
    problemsBlock(state, brush),
    block([countsLine(checks, brush)], { min: 1, weight: WEIGHT.title }),
  ]
}

/** The cards in the order in which to mend: all of them when there is room, the first one always. */
function problemsBlock(state: State, brush: Brush) {
  const failed = problemsOf(state)
  const cards = failed.flatMap(one => problemCard(one, brush, { size: 'short' }))
  const first = failed[0] ? problemCard(failed[0], brush, { size: 'short' }) : []
  const warned = concernsOf(state).flatMap(one => problemCard(one, brush, { size: 'short', role: 'warn' }))
  return block(cards, {
    variants: [[...cards, ...warned], cards, first],
    min: Math.min(2, first.length),
    weight: WEIGHT.essential,
    more: moreRows(brush),
  })
}

export function groupsOf(checks: readonly Step[]): readonly (readonly [string, readonly Step[]])[] {
  const names = [...new Set(checks.map(step => step.info.group))]
  return names.map(name => [name, checks.filter(step => step.info.group === name)] as const)
}

const titleWidthOf = (checks: readonly Step[]): number =>
  columnWidth(
    checks.map(step => step.info.title),
    48,
  )

/** Every check under the heading of its group. */
export function fullList(checks: readonly Step[], brush: Brush): readonly Line[] {
  const titleWidth = titleWidthOf(checks)
  return groupsOf(checks).flatMap(([name, steps]) => [
    line(span(name, 'strong')),
    ...steps.map(step => stepLine(step, brush, { titleWidth })),
  ])
}

/** Groups in which all is well take one row. */
function foldedList(checks: readonly Step[], brush: Brush): readonly Line[] {
  const titleWidth = titleWidthOf(checks)
  return groupsOf(checks).flatMap(([name, steps]) => {
    const well = steps.every(step => step.outcome === 'pass')
    const waiting = steps.every(step => step.is === 'pending')
    if (well) {
      const pass = line(mark(verdictOf('pass'), brush.glyphs), ` ${name}  `, span('pass', 'ok'))
      return [brush.clip([...pass, span(`  ${steps.length} of ${steps.length}`, 'muted')])]
    }
    if (waiting) return [brush.clip(line(span(`${brush.glyphs.pending} ${name}`, 'muted')))]
    return steps.map(step => stepLine(step, brush, { titleWidth }))
  })
}

/** What is not well first: the rows that survive in the smallest terminal. */
function flatList(checks: readonly Step[], brush: Brush): readonly Line[] {
  const urgent = (step: Step): number => {
    if (step.outcome === 'fail') return 0
    if (step.outcome === 'unknown' || step.outcome === 'warn') return 1
    return step.is === 'running' ? 2 : 3
  }
  return [...checks].sort((a, b) => urgent(a) - urgent(b)).map(step => stepLine(step, brush))
}

/** "9 pass · 1 fail · 2 not looked at": unknown is never counted as green. */
export function countsLine(checks: readonly Step[], brush: Brush): Line {
  const counts = countOf(checks)
  const words = { pass: 'pass', warn: 'warn', fail: 'fail', unknown: 'not looked at', skipped: 'skipped' }
  const parts = Object.entries(words).flatMap(([outcome, word]) => {
    const count = counts.get(outcome as keyof typeof words) ?? 0
    return count > 0 ? [span(`${count} ${word}`, verdictOf(outcome as keyof typeof words).role)] : []
  })
  if (parts.length === 0) return line(span('nothing looked at yet', 'muted'))
  const dot = span(` ${brush.glyphs.dot} `, 'muted')
  return brush.clip(parts.flatMap((part, index) => (index === 0 ? [part] : [dot, part])))
}
