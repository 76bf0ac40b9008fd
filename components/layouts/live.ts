import { type Block, fitRows, liveRows } from '../../src/engine/fit.ts'
import { screenOf } from '../../src/engine/screen.ts'
import type { State } from '../../src/engine/state.ts'
import { brushOf } from '../drawing/brush.ts'
import { blank, type Line, line, span } from '../drawing/line.ts'
import { type KeyHint, keyHelp } from '../parts/key-help.ts'
import { stageTrail } from '../parts/stage-trail.ts'
import { block, WEIGHT } from '../screens/drawing.ts'
import { screens } from '../screens/index.ts'

/** The live region: where we are, the screen, the keys; never taller than the terminal less two rows. */
export function liveLines(state: State, keys: readonly KeyHint[]): readonly Line[] {
  if (state.view.left) return []
  const brush = brushOf(state)
  const { hint } = state.view
  const foot: readonly Block<Line>[] = [
    block(hint ? [brush.clip(line(span(hint.text, hint.is)))] : [], { weight: WEIGHT.keys, min: 1 }),
    block(keyHelp(keys, brush), { weight: WEIGHT.keys, min: 1 }),
  ]
  const head = block(stageTrail(state, brush), { weight: WEIGHT.ornament, min: 1, gap: false })
  const drawn = screens[screenOf(state)](state, brush, keys)
  // Paper ends where the live region begins; an empty row says so.
  const air = block(state.paper.length > 0 ? [blank] : [], { weight: 0, min: 1 })
  return fitRows([air, head, ...drawn, ...foot], liveRows(state.view.size.rows), blank)
}
