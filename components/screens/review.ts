import type { PlannedStep } from '../../src/engine/events.ts'
import { choicesOf, downtimeOf, planBySystem, reviewRows } from '../../src/engine/select.ts'
import type { State } from '../../src/engine/state.ts'
import { type Brush, moreRows } from '../drawing/brush.ts'
import { type Line, line, span } from '../drawing/line.ts'
import { cell, columnWidth } from '../drawing/table.ts'
import { choiceList } from '../parts/choice-list.ts'
import { changeOf, mark } from '../parts/mark.ts'
import { tokenText } from '../parts/token-text.ts'
import { block, type Drawing, titleBlock, WEIGHT } from './drawing.ts'

/** What will change, by system, before anything does. */
export const review: Drawing = (state, brush) => {
  const plan = state.plan ?? []
  const { rows, at } = planRows(state, brush)
  return [
    titleBlock(brush, 'What will change', { right: countsOf(plan) }),
    block(rows, { min: 5, weight: WEIGHT.main, keep: at, more: moreRows(brush) }),
    block(tokenText(downtimeOf(plan), { width: brush.width, role: 'muted' }), {
      min: 1,
      weight: WEIGHT.ornament,
    }),
    ...askBlocks(state, brush),
  ]
}

export function countsOf(plan: readonly PlannedStep[]): string {
  const words = {
    create: 'to create',
    repair: 'to repair',
    remove: 'to remove',
    keep: 'kept',
    blocked: 'not ours',
  }
  const more = { unknown: 'not looked at', none: 'unchanged' }
  return Object.entries({ ...words, ...more })
    .map(([change, word]) => [plan.filter(step => step.change === change).length, word] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(', ')
}

/** The rows, and which of them the cursor stands on. */
export function planRows(state: State, brush: Brush): { rows: readonly Line[]; at: number } {
  const selected = reviewRows(state)[state.view.cursor]
  const systems = planBySystem(state.plan ?? [])
  const subjectWidth = columnWidth(
    (state.plan ?? []).map(step => step.subject),
    44,
  )
  const rows: Line[] = []
  let at = 0
  for (const { system, steps } of systems) {
    const unchanged = steps.filter(step => step.change === 'none').length
    const note = unchanged ? span(`  ${unchanged} unchanged`, 'muted') : span('')
    rows.push(brush.clip(line(span(system, 'strong'), note)))
    for (const step of steps) {
      if (step.change === 'none') continue
      if (step === selected) at = rows.length
      rows.push(planLine(step, { selected: step === selected, subjectWidth, brush }))
    }
  }
  return { rows, at }
}

interface PlanLine {
  readonly selected: boolean
  readonly subjectWidth: number
  readonly brush: Brush
}

function planLine(step: PlannedStep, { selected, subjectWidth, brush }: PlanLine): Line {
  const verdict = changeOf(step.change)
  const start = selected ? span(`${brush.glyphs.pointer} `, 'accent') : span('  ')
  const subject = cell(step.subject, subjectWidth, selected ? 'strong' : 'plain')
  const head = line(start, mark(verdict, brush.glyphs), ' ')
  if (brush.terse) return brush.clip([...head, subject])
  const word = cell(verdict.word, 9, verdict.role)
  const note = noteOf(step, brush)
  return brush.clip([...head, word, subject, ...(note ? [span(`  ${note}`, 'muted')] : [])])
}

function noteOf({ differences = [], because }: PlannedStep, { glyphs }: Brush): string {
  const [first, ...rest] = differences
  if (!first) return because ?? ''
  const more = rest.length ? `, ${rest.length} more` : ''
  return `${first.field}: ${first.actual} ${glyphs.arrow} ${first.wanted}${more}`
}

/** The question and its answers, which no small terminal may lose. */
export function askBlocks(state: State, brush: Brush) {
  const { question, view } = state
  if (!question || question.type === 'typed') return []
  return [
    block(tokenText(question.text, { width: brush.width, role: 'strong' }), {
      min: 2,
      weight: WEIGHT.essential,
    }),
    block(choiceList(choicesOf(state), view.choice, brush), {
      min: 1,
      weight: WEIGHT.essential,
      gap: false,
      keep: view.choice,
    }),
  ]
}
