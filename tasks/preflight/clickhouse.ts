import { fail, pass, warn } from '../../src/engine/check.ts'
import { isSince } from '../analytics/user.ts'
import type { PreflightCheck } from '../define.ts'

const OLDEST = [24, 3] as const

/** Both doors: HTTP for queries, the native port for migrations. */
export const clickhouse: PreflightCheck = {
  id: 'preflight/clickhouse',
  title: 'ClickHouse accepts the admin login',
  group: 'ClickHouse',
  subject: 'ClickHouse',
  async run({ services, signal }) {
    const server = await services.clickhouse.server(signal)
    await services.clickhouse.hello(signal)
    if (!isSince(server.version, OLDEST)) {
      return fail({
        code: 'clickhouse/too-old',
        kind: 'unsupported',
        summary: `ClickHouse ${server.version} is older than ${OLDEST.join('.')}`,
        nextSteps: [`Upgrade ClickHouse to ${OLDEST.join('.')} or later`],
      })
    }
    const evidence = `${server.version}, HTTP and native, as ${server.user}`
    if (server.accessManagement) return pass(evidence)
    return warn(evidence, {
      code: 'clickhouse/no-access-management',
      kind: 'unsupported',
      summary: 'ClickHouse cannot store users, so Langfuse will use the platform’s own login',
      detail: ['Whoever can read Langfuse’s configuration can then read every database of ClickHouse'],
      nextSteps: ['Turn on access_management for the admin user to get a user of Langfuse’s own'],
    })
  },
}
