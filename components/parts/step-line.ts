import type { Step } from '../../src/engine/state.ts'
import type { Brush } from '../drawing/brush.ts'
import { cells, cellsOf, clip } from '../drawing/cells.ts'
import { duration } from '../drawing/duration.ts'
import { type Line, line, span } from '../drawing/line.ts'
import { cell, spread } from '../drawing/table.ts'
import { stepMark, verdictOf } from './mark.ts'

export interface StepLineOptions {
  /** The column titles are padded to, so that words stand under each other. */
  readonly titleWidth?: number
  /** Milliseconds; shown where there is room. */
  readonly ms?: number
  readonly evidence?: boolean
}

/** `✓ PostgreSQL role created   created   langfuse            0.4 s`, and less of it where there is less room. */
export function stepLine(step: Step, brush: Brush, options: StepLineOptions = {}): Line {
  const { glyphs, width, terse, durations } = brush
  const start = line(stepMark(step, glyphs), ' ')
  const verdict = step.outcome && verdictOf(step.outcome)
  const title = step.info.title
  const role = step.is === 'pending' || verdict?.role === 'muted' ? 'muted' : 'plain'
  const word = verdict && !terse ? verdict.word : ''
  const room = width - 2 - (word ? Math.max(word.length, wordWidth(step)) + 2 : 0)
  if (terse || cells(title) > room) {
    const end = word ? line(span(word, verdict?.role)) : []
    return spread([...start, span(title, role)], end, { width, ellipsis: glyphs.ellipsis })
  }
  const at = Math.min(room, Math.max(options.titleWidth ?? 0, cells(title)))
  const left = [...start, cell(title, at, role)]
  const named = word ? [...left, span('  '), cell(word, wordWidth(step), verdict?.role)] : left
  const time = options.ms !== undefined && durations ? line(span(duration(options.ms), 'muted')) : []
  const facts = options.evidence === false ? '' : (step.evidence ?? step.because ?? '')
  const space = width - cellsOf(named) - 2 - (time.length ? cellsOf(time) + 2 : 0)
  const note = facts && space >= 8 ? clip(line(span(facts, 'muted')), space, glyphs.ellipsis) : []
  const full = note.length ? [...named, span('  '), ...note] : named
  return spread(full, time, { width, ellipsis: glyphs.ellipsis })
}

/** The longest of the usual outcome words: "unchanged", "unknown". */
const wordWidth = ({ info }: Step): number => (info.kind === 'task' || info.kind === 'undo' ? 9 : 7)
