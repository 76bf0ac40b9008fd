import { task } from '../define.ts'
import { keys } from '../identity/keys.ts'
import { clickhouseDatabase } from './database.ts'

/** The first version that reads a bare number as seconds where Langfuse sends milliseconds. */
const RAW_DATETIME_SINCE = [26, 8] as const

/**
 * A user of Langfuse's own where the server can store one; else the platform's user, which the preflight warns about.
 * Before the first migration, because a change of access may restart what stores it.
 */
export const clickhouseUser = task({
  id: 'analytics/user',
  title: 'ClickHouse user created',
  system: 'ClickHouse',
  subject: ({ settings }) => `user ${settings.clickhouse.user}`,
  needs: { keys, database: clickhouseDatabase },
  async observe({ services, signal }, { keys }) {
    const { user, database, admin } = services.settings.clickhouse
    const server = await services.clickhouse.server(signal)
    const rawDatetime = isSince(server.version, RAW_DATETIME_SINCE)
    if (!server.accessManagement)
      return {
        is: 'present',
        output: { user: admin.user, password: admin.password, own: false, rawDatetime },
      }
    const output = { user, password: keys.CLICKHOUSE_PASSWORD, own: true, rawDatetime }
    const grants = await services.clickhouse.grants(user, signal)
    if (!grants) return { is: 'absent', expected: output }
    const login = await services.clickhouse.login(
      { user, password: keys.CLICKHOUSE_PASSWORD, database },
      signal,
    )
    if (login !== 'refused') return { is: 'present', output }
    return {
      is: 'drifted',
      differences: [{ field: 'password', actual: 'refused', wanted: 'as in escrow' }],
      expected: output,
    }
  },
  async apply({ services, signal }, { keys }) {
    const { user, database } = services.settings.clickhouse
    await services.clickhouse.putUser({ name: user, password: keys.CLICKHOUSE_PASSWORD, database }, signal)
  },
  undo: { keep: 'it belongs to the database that stays' },
})

export function isSince(version: string, [major, minor]: readonly [number, number]): boolean {
  const [a = 0, b = 0] = version.split('.').map(Number)
  return a > major || (a === major && b >= minor)
}
