import type { RunStatus } from '../../src/engine/events.ts'
import { concernsOf } from '../../src/engine/problems.ts'
import { isRollback } from '../../src/engine/screen.ts'
import { countOf, elapsedMs, stepsOf } from '../../src/engine/select.ts'
import type { State } from '../../src/engine/state.ts'
import { type Brush, moreRows } from '../drawing/brush.ts'
import { duration } from '../drawing/duration.ts'
import { type Line, line, span } from '../drawing/line.ts'
import { cell, columnWidth } from '../drawing/table.ts'
import type { Verdict } from '../parts/mark.ts'
import { mark } from '../parts/mark.ts'
import { problemCard } from '../parts/problem-card.ts'
import { stepLine } from '../parts/step-line.ts'
import type { Role } from '../theme.ts'
import { block, type Drawing, titleBlock, WEIGHT } from './drawing.ts'
import { nextRows } from './next-rows.ts'

/** How it ended: health per component, the proof, and where to go next. */
export const result: Drawing = (state, brush) => {
  const { text, role } = outcomeOf(state)
  const proofs = proofRows(state, brush)
  const warned = concernsOf(state).flatMap(one => problemCard(one, brush, { size: 'short', role: 'warn' }))
  const right = duration(elapsedMs(state))
  return [
    titleBlock(brush, `${role === 'ok' ? brush.glyphs.ok : brush.glyphs.warn} ${text}`, { right, role }),
    block(reasonRows(state, brush), { min: 1, weight: WEIGHT.main, gap: false }),
    block(openRows(state), { min: state.access ? 2 : 0, weight: WEIGHT.essential }),
    block(healthRows(state, brush), { min: 1, weight: WEIGHT.main, more: moreRows(brush) }),
    block(warned, { min: 0, weight: WEIGHT.side + 1, more: moreRows(brush) }),
    block(nextRows(state, brush), { weight: WEIGHT.keys - 1, more: moreRows(brush) }),
    block(proofs, { variants: [proofs, []], weight: WEIGHT.side }),
  ]
}

const ENDS: Record<RunStatus, { text: string; role: Role }> = {
  ok: { text: 'Done', role: 'ok' },
  refused: { text: 'Not started; nothing was changed', role: 'warn' },
  failed: { text: 'Stopped part-way; run it again to go on', role: 'bad' },
  unhealthy: { text: 'Not all is well', role: 'bad' },
  differences: { text: 'There are differences', role: 'warn' },
  remains: { text: 'Something remains', role: 'warn' },
  locked: { text: 'Somebody else is at work; nothing was changed', role: 'warn' },
  cancelled: { text: 'Stopped; run it again to go on', role: 'warn' },
  usage: { text: 'Not started', role: 'warn' },
  bug: { text: 'This is a bug of ours', role: 'bad' },
}

export function outcomeOf(state: State): { text: string; role: Role } {
  const status = state.finished?.status ?? 'ok'
  if (status !== 'ok') return ENDS[status]
  if (isRollback(state)) return { text: 'Langfuse is removed; its data is kept', role: 'ok' }
  if (state.run?.command === 'check') {
    const unknown = countOf(stepsOf(state, 'check')).get('unknown') ?? 0
    return unknown > 0
      ? { text: `Nothing stands in the way, but ${unknown} could not be looked at`, role: 'warn' }
      : { text: 'The cluster is ready', role: 'ok' }
  }
  const tasks = countOf(stepsOf(state, 'task'))
  const changed = (tasks.get('created') ?? 0) + (tasks.get('repaired') ?? 0)
  if (!state.access) return ENDS.ok
  return {
    text: changed > 0 ? 'Langfuse is installed and proven' : 'Langfuse is as it should be',
    role: 'ok',
  }
}

function reasonRows({ finished }: State, brush: Brush): readonly Line[] {
  return finished?.reason ? [brush.clip(line(span(finished.reason, 'muted')))] : []
}

function openRows({ access }: State): readonly Line[] {
  // Alone on its row: it is there to be clicked or copied.
  return access ? [line(span('Open', 'strong')), line(span(access.url, 'accent'))] : []
}

const HEALTH: Record<'ok' | 'bad' | 'unknown', Verdict> = {
  ok: { glyph: 'ok', word: 'ok', role: 'ok' },
  bad: { glyph: 'bad', word: 'bad', role: 'bad' },
  unknown: { glyph: 'unknown', word: 'unknown', role: 'warn' },
}

export function healthRows({ access }: State, brush: Brush): readonly Line[] {
  const health = access?.health ?? []
  if (health.length === 0) return []
  const width = columnWidth(
    health.map(one => one.component),
    32,
  )
  const rows = health.map(one => {
    const verdict = HEALTH[one.is]
    const head = line('  ', mark(verdict, brush.glyphs), ' ', cell(one.component, width))
    if (brush.terse) return brush.clip(head)
    return brush.clip([
      ...head,
      span('  '),
      cell(verdict.word, 7, verdict.role),
      span(`  ${one.evidence}`, 'muted'),
    ])
  })
  return [line(span('Health', 'strong')), ...rows]
}

function proofRows(state: State, brush: Brush): readonly Line[] {
  const steps = stepsOf(state, 'verify')
  if (steps.length === 0) return []
  const narrow = { ...brush, width: brush.width - 2 }
  const titleWidth = columnWidth(
    steps.map(step => step.info.title),
    44,
  )
  return [
    line(span('Proof', 'strong')),
    ...steps.map(step => [span('  '), ...stepLine(step, narrow, { titleWidth })]),
  ]
}
