import { fail, pass } from '../../src/engine/check.ts'
import type { PreflightCheck } from '../define.ts'

export const workerHealth: PreflightCheck = {
  id: 'verify/worker',
  title: 'The worker is ready',
  group: 'Health',
  subject: 'the Langfuse worker',
  deadlineMs: 30_000,
  async run({ services, signal }) {
    const answer = await services.langfuse.request('worker', { path: '/api/ready', signal })
    if (answer.status === 200) return pass('PostgreSQL and Valkey answer it')
    return fail({
      code: 'verify/worker-not-ready',
      kind: 'invalid',
      summary: `The worker answers ${answer.status} on /api/ready`,
      nextSteps: [
        [
          'Read its log: ',
          { command: `kubectl -n ${services.settings.namespace} logs deploy/langfuse-worker --tail=50` },
        ],
      ],
    })
  },
}
