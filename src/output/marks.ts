import type { Change, Outcome } from '../engine/events.ts'

/** Roles, not colours. */
export type Role = 'ok' | 'warn' | 'bad' | 'muted'

export interface Mark {
  readonly sign: string
  readonly ascii: string
  readonly word: string
  readonly role: Role
}

const mark = (sign: string, plain: string, word: string, role: Role): Mark => ({
  sign,
  ascii: plain,
  word,
  role,
})

/** Mark, word and colour of each outcome: none of the three carries the meaning alone. */
export const MARKS: Readonly<Record<Outcome, Mark>> = {
  pass: mark('✓', '+', 'ok', 'ok'),
  warn: mark('!', '!', 'warning', 'warn'),
  fail: mark('✗', 'x', 'FAIL', 'bad'),
  unknown: mark('?', '?', 'unknown', 'warn'),
  skipped: mark('–', '-', 'skipped', 'muted'),
  unchanged: mark('=', '=', 'unchanged', 'muted'),
  created: mark('✓', '+', 'created', 'ok'),
  repaired: mark('✓', '+', 'repaired', 'ok'),
  failed: mark('✗', 'x', 'FAILED', 'bad'),
  cancelled: mark('–', '-', 'cancelled', 'warn'),
  removed: mark('✓', '+', 'removed', 'ok'),
  kept: mark('=', '=', 'kept', 'muted'),
  left: mark('!', '!', 'LEFT', 'bad'),
  nothing: mark('–', '-', 'not there', 'muted'),
}

export const CHANGE_MARKS: Readonly<Record<Change, Mark>> = {
  create: mark('+', '+', 'create', 'ok'),
  repair: mark('~', '~', 'repair', 'warn'),
  none: mark('=', '=', 'no change', 'muted'),
  keep: mark('=', '=', 'keep', 'muted'),
  remove: mark('-', '-', 'remove', 'warn'),
  unknown: mark('?', '?', 'unknown', 'warn'),
  blocked: mark('✗', 'x', 'BLOCKED', 'bad'),
}
