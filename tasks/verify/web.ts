import { fail, pass } from '../../src/engine/check.ts'
import type { PreflightCheck } from '../define.ts'

/** From outside, at its public host, in the version that was installed. */
export const webHealth: PreflightCheck = {
  id: 'verify/web',
  title: 'The web answers at its public host',
  group: 'Health',
  subject: 'Langfuse',
  deadlineMs: 30_000,
  async run({ services, signal }) {
    const { host, version } = services.settings
    const health = await services.langfuse.request('public', {
      path: '/api/public/health?failIfDatabaseUnavailable=true',
      signal,
    })
    const body = health.body as { readonly status?: string; readonly version?: string } | undefined
    if (health.status !== 200) {
      return fail({
        code: 'verify/web-unhealthy',
        kind: 'invalid',
        summary: `https://${host}/api/public/health answers ${health.status}${body?.status ? `: ${body.status}` : ''}`,
        nextSteps: [
          [
            'Read the log: ',
            { command: `kubectl -n ${services.settings.namespace} logs deploy/langfuse --tail=50` },
          ],
        ],
      })
    }
    if (body?.version === version) return pass(`https://${host}, version ${version}`)
    return fail({
      code: 'verify/other-version',
      kind: 'conflict',
      summary: `Version ${version} was installed, but ${body?.version ?? 'an unknown one'} answers`,
      nextSteps: [
        'Look whether the image in the registry was replaced under the same tag',
        'Or whether another installation serves this host',
      ],
    })
  },
}
