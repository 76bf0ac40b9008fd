import { preflight } from '../../tasks/preflight/index.ts'
import type { Session } from '../session.ts'
import type { Ending } from './ending.ts'
import { describeFailed, runPreflight, select } from './preflight.ts'

/** Preflight only: can Langfuse live here, and if not, who must do what. */
export async function check(session: Session): Promise<Ending> {
  const { only, skip, strict } = session.flags
  const unknownName = [...(only ?? []), ...(skip ?? [])].find(
    name => select(preflight, { only: [name] }).length === 0,
  )
  if (unknownName !== undefined) {
    return {
      status: 'usage',
      problem: {
        code: 'cli/unknown-check',
        kind: 'invalid',
        summary: `There is no check ${unknownName}`,
        nextSteps: [`The checks are: ${preflight.map(one => one.id.replace('preflight/', '')).join(', ')}`],
      },
    }
  }
  const result = await runPreflight(session, { only, skip })
  const looked = result.unknown > 0 ? `, ${result.unknown} not looked at` : ''
  if (result.failed.length > 0)
    return { status: 'refused', reason: `${describeFailed(result)}, ${result.passed} passed${looked}` }
  if (strict && result.warned + result.unknown > 0)
    return { status: 'refused', reason: `${result.warned} warnings${looked}, and --strict was given` }
  return {
    status: 'ok',
    reason: `${result.passed} checks passed, ${result.warned} warnings${looked}`,
    next: [[{ command: 'thinkube-langfuse install' }]],
  }
}
