import type { Screen } from '../../src/engine/screen.ts'
import { credentials } from './credentials.ts'
import { detail } from './detail.ts'
import type { Drawing } from './drawing.ts'
import { help } from './help.ts'
import { leave } from './leave.ts'
import { log } from './log.ts'
import { preflight } from './preflight.ts'
import { problem } from './problem.ts'
import { question } from './question.ts'
import { result } from './result.ts'
import { review } from './review.ts'
import { rollback } from './rollback.ts'
import { settings } from './settings.ts'
import { start } from './start.ts'
import { work } from './work.ts'

/** A drawing for each screen; a new screen without one does not compile. */
export const screens: Record<Screen, Drawing> = {
  start,
  preflight,
  review,
  rollback,
  work,
  question,
  problem,
  result,
  settings,
  detail,
  log,
  credentials,
  help,
  leave,
}
