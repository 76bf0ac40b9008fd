import type { Session } from '../session.ts'
import type { Ending } from './ending.ts'
import { describeChanges, look, obstacle, show } from './planning.ts'

/** What `install` would change, over all systems; changes nothing. */
export async function plan(session: Session): Promise<Ending> {
  const made = await look(session)
  show(session, made)
  const problem = obstacle(made)
  if (problem) return { status: 'refused', problem }
  const reason = describeChanges(made.changes)
  if (made.changes.length > 0 && session.flags.exitCode) return { status: 'differences', reason }
  return {
    status: 'ok',
    reason,
    next: made.changes.length > 0 ? [[{ command: 'thinkube-langfuse install' }]] : [],
  }
}
