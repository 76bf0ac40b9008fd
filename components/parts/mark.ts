import type { Change, Outcome } from '../../src/engine/events.ts'
import type { Step } from '../../src/engine/state.ts'
import { type Span, span } from '../drawing/line.ts'
import type { Glyphs } from '../glyphs.ts'
import type { Role } from '../theme.ts'

/** Mark, word and colour always go together: no meaning hangs on colour alone. */
export interface Verdict {
  readonly glyph: keyof Glyphs
  readonly word: string
  readonly role: Role
}

const OUTCOMES: Record<Outcome, Verdict> = {
  pass: { glyph: 'ok', word: 'pass', role: 'ok' },
  warn: { glyph: 'warn', word: 'warn', role: 'warn' },
  fail: { glyph: 'bad', word: 'fail', role: 'bad' },
  unknown: { glyph: 'unknown', word: 'unknown', role: 'warn' },
  skipped: { glyph: 'skipped', word: 'skipped', role: 'muted' },
  unchanged: { glyph: 'unchanged', word: 'unchanged', role: 'muted' },
  created: { glyph: 'ok', word: 'created', role: 'ok' },
  repaired: { glyph: 'ok', word: 'repaired', role: 'ok' },
  failed: { glyph: 'bad', word: 'failed', role: 'bad' },
  cancelled: { glyph: 'warn', word: 'stopped', role: 'warn' },
  removed: { glyph: 'ok', word: 'removed', role: 'ok' },
  kept: { glyph: 'keep', word: 'kept', role: 'muted' },
  left: { glyph: 'bad', word: 'left', role: 'bad' },
  nothing: { glyph: 'unchanged', word: 'not there', role: 'muted' },
}

const CHANGES: Record<Change, Verdict> = {
  create: { glyph: 'create', word: 'create', role: 'ok' },
  repair: { glyph: 'repair', word: 'repair', role: 'warn' },
  none: { glyph: 'unchanged', word: 'none', role: 'muted' },
  unknown: { glyph: 'unknown', word: 'unknown', role: 'warn' },
  blocked: { glyph: 'bad', word: 'not ours', role: 'bad' },
  remove: { glyph: 'remove', word: 'remove', role: 'warn' },
  keep: { glyph: 'keep', word: 'keep', role: 'muted' },
}

export const verdictOf = (outcome: Outcome): Verdict => OUTCOMES[outcome]
export const changeOf = (change: Change): Verdict => CHANGES[change]

export const mark = ({ glyph, role }: Verdict, glyphs: Glyphs): Span => span(glyphs[glyph], role)

/** The mark of a step at any time; a running one turns where it is the one spinner of the screen. */
export function stepMark(step: Step, glyphs: Glyphs): Span {
  if (step.is === 'running') return { text: glyphs.running, role: 'running', spinner: true }
  return step.outcome ? mark(verdictOf(step.outcome), glyphs) : span(glyphs.pending, 'muted')
}
