import { liveRows } from '../../src/engine/fit.ts'
import { screenOf } from '../../src/engine/screen.ts'
import type { State } from '../../src/engine/state.ts'
import { clip } from '../drawing/cells.ts'
import type { Line } from '../drawing/line.ts'
import { line, span } from '../drawing/line.ts'
import type { KeyHint } from '../parts/key-help.ts'
import { liveLines } from './live.ts'

/** While work goes on: one sentence that never changes, so that nothing is read out twice. */
const WORKING = 'Working. Steps are read out as they end. Control C stops.'

/** No motion: settled steps are paper above; below stands only what wants an answer, or how it ended. */
export function screenReaderLines(state: State, keys: readonly KeyHint[]): readonly Line[] {
  if (state.view.left) return []
  const screen = screenOf(state)
  if (screen === 'start' || screen === 'preflight' || screen === 'work') {
    return [clip(line(span(state.view.cancelling ? 'Stopping.' : WORKING)), state.view.size.columns - 4, '~')]
  }
  return liveLines({ ...state, view: { ...state.view, now: 0 } }, keys).slice(
    0,
    liveRows(state.view.size.rows),
  )
}
