import type { Text } from '../engine/problem.ts'
import type { Session } from '../session.ts'
import type { Ending } from './ending.ts'

export interface Confirmation {
  readonly id: string
  readonly text: Text
  readonly yes: string
  readonly no: string
}

/** Asks before the first change. Undefined means yes; else how the run ends. */
export async function confirm(session: Session, question: Confirmation): Promise<Ending | undefined> {
  if (session.flags.yes) return undefined
  if (!session.ask) {
    return {
      status: 'refused',
      problem: {
        code: 'cli/answer-missing',
        kind: 'invalid',
        summary: 'Nobody is here to confirm the plan',
        nextSteps: [['Read the plan above, then allow it: ', { command: '--yes' }]],
      },
    }
  }
  const answer = await session.ask({ type: 'confirm', ...question }, session.signal)
  return answer === 'yes' ? undefined : { status: 'refused', reason: 'Not confirmed; nothing was changed' }
}
