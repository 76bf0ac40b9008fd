import { fail, pass, warn } from '../../src/engine/check.ts'
import type { PreflightCheck } from '../define.ts'

/** Queued events live here until they are stored: what evicts keys loses traces. */
export const valkey: PreflightCheck = {
  id: 'preflight/valkey',
  title: 'Valkey accepts the login',
  group: 'Valkey',
  subject: 'Valkey',
  async run({ services, signal }) {
    const server = await services.valkey.server(signal)
    const evidence = `${server.version}, ${server.auth ? 'with password' : 'without password'}, ${server.maxmemoryPolicy}`
    if (Number.parseInt(server.version, 10) < 7) {
      return fail({
        code: 'valkey/too-old',
        kind: 'unsupported',
        summary: `Valkey ${server.version} is older than 7`,
        nextSteps: ['Upgrade Valkey to 7 or later'],
      })
    }
    if (server.maxmemoryPolicy === 'noeviction') return pass(evidence)
    return warn(evidence, {
      code: 'valkey/evicts',
      kind: 'invalid',
      summary: `Valkey drops keys when it is full (${server.maxmemoryPolicy}): queued events can be lost`,
      nextSteps: [
        [
          'Set it for good in the configuration, and now: ',
          { command: 'CONFIG SET maxmemory-policy noeviction' },
        ],
      ],
    })
  },
}
