import { flatten } from '../../src/engine/problem.ts'
import type { Paper, State, Step } from '../../src/engine/state.ts'
import { type Brush, brushOf } from '../drawing/brush.ts'
import { blank, indent, type Line, line, span } from '../drawing/line.ts'
import { columnWidth } from '../drawing/table.ts'
import { wrap } from '../drawing/wrap.ts'
import { problemCard } from '../parts/problem-card.ts'
import { stepLine } from '../parts/step-line.ts'
import { countsLine, fullList } from '../screens/preflight.ts'

/** Rows that are printed once and scroll away with the terminal. */
export function paperLines(item: Paper, state: State): readonly Line[] {
  const brush = brushOf(state)
  switch (item.is) {
    case 'header':
      return headerLines(item.run, brush)
    case 'heading':
      return [blank, line(span(item.text, 'strong'))]
    case 'step':
      return [
        stepLine(item.step, brush, {
          titleWidth: titleWidth(item.step, state, brush),
          ...time(item.step.durationMs),
        }),
      ]
    case 'verdicts': {
      const warned = item.steps
        .filter(step => step.outcome === 'warn' || step.outcome === 'unknown')
        .flatMap(step => (step.problem ? [{ problem: step.problem, step }] : []))
        .flatMap(one => problemCard(one, brush, { size: 'short', role: 'warn' }))
      return [blank, ...fullList(item.steps, brush), ...warned, countsLine(item.steps, brush)]
    }
    case 'notice':
      return wrap([span(`${brush.glyphs.warn} `, 'warn'), span(flatten(item.text), 'muted')], brush.width)
    case 'answer':
      return [
        blank,
        ...wrap([span(`${flatten(item.text)} `, 'muted'), span(item.answer, 'strong')], brush.width),
      ]
  }
}

/** Known beforehand from the plan and the phase, so that words stand under each other from the first row on. */
function titleWidth({ info }: Step, state: State, brush: Brush): number {
  const known = Object.values(state.steps).flatMap(step =>
    step.info.kind === info.kind ? [step.info.title] : [],
  )
  const planned = info.kind === 'task' ? (state.plan ?? []).map(step => step.title) : []
  return columnWidth([...known, ...planned], Math.min(52, Math.floor(brush.width * 0.6)))
}

/** Steps that took no time worth a number show none. */
const time = (ms = 0): { ms?: number } => (ms >= 50 ? { ms } : {})

function headerLines(run: Extract<Paper, { is: 'header' }>['run'], brush: Brush): readonly Line[] {
  const where = `${run.cluster.context} ${brush.glyphs.dot} ${run.cluster.server}`
  return [
    brush.clip(line(span('thinkube-langfuse', 'strong'), span(` ${run.version}`, 'muted'))),
    ...indent(0, wrap([span(where, 'muted')], brush.width)),
    brush.clip(line(span(`namespace ${run.namespace}`, 'muted'))),
  ]
}
