import { renderToString } from 'ink'
import { summaryLines } from '../../components/layouts/summary.ts'
import { Rows } from '../../components/parts/Rows.tsx'
import type { State } from '../engine/state.ts'

/** Wider than any command or URL: those must not be broken by newlines of ours. */
const PAPER_COLUMNS = 1_000

/** The ordinary text that stays behind. */
export function summaryText(state: State): string {
  const lines = summaryLines(state)
  if (lines.length === 0) return ''
  const { capabilities } = state.view
  return `${renderToString(<Rows lines={lines} capabilities={capabilities} />, { columns: PAPER_COLUMNS })}\n`
}
