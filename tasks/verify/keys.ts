import { raise } from '../../src/engine/problem.ts'
import type { ApiKeys } from '../../src/platform/langfuse/port.ts'
import type { Ctx } from '../define.ts'

/** The project's key pair, as it is in escrow. */
export async function projectKeys({ services, signal }: Ctx): Promise<ApiKeys> {
  const kept = await services.escrow.read(signal)
  const publicKey = kept.get('PROJECT_PUBLIC_KEY')
  const secretKey = kept.get('PROJECT_SECRET_KEY')
  if (publicKey && secretKey) return { publicKey: publicKey.reveal(), secretKey }
  return raise({
    code: 'verify/no-keys',
    kind: 'missing',
    summary: 'There are no project keys in escrow: Langfuse was not installed by thinkube-langfuse',
    nextSteps: [['Install it: ', { command: 'thinkube-langfuse install' }]],
  })
}
