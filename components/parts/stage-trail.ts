import { isRollback, screenOfRun } from '../../src/engine/screen.ts'
import type { State } from '../../src/engine/state.ts'
import type { Brush } from '../drawing/brush.ts'
import { cellsOf } from '../drawing/cells.ts'
import { type Line, type Span, span } from '../drawing/line.ts'

const INSTALL = ['Look', 'Review', 'Install', 'Prove', 'Done']
const ROLLBACK = ['Look', 'Review', 'Remove', 'Done']

/** Where in the story we are: `✓ Look  ✓ Review  ● Install  · Prove  · Done`. */
export function stageTrail(state: State, brush: Brush): readonly Line[] {
  const stages = isRollback(state) ? ROLLBACK : INSTALL
  if (state.run && !['install', 'wizard', 'rollback', 'uninstall'].includes(state.run.command)) return []
  const at = stageOf(state, stages)
  const { glyphs } = brush
  const spans = stages.flatMap((name, index): Span[] => {
    const gap = index === 0 ? [] : [span('   ')]
    if (index < at) return [...gap, span(`${glyphs.ok} `, 'ok'), span(name, 'muted')]
    if (index === at) return [...gap, span(`${glyphs.running} `, 'accent'), span(name, 'strong')]
    return [...gap, span(`${glyphs.pending} ${name}`, 'muted')]
  })
  return cellsOf(spans) <= brush.width ? [spans] : []
}

function stageOf(state: State, stages: readonly string[]): number {
  const last = stages.length - 1
  if (state.finished?.status === 'ok' || screenOfRun(state) === 'result') return last
  const kind = state.phases.at(-1)?.kind
  if (kind === 'verify') return stages.indexOf('Prove')
  if (kind === 'task' || kind === 'undo') return 2
  return state.plan ? 1 : 0
}
