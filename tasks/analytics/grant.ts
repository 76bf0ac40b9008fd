import { task } from '../define.ts'
import { clickhouseUser } from './user.ts'

/** What Langfuse's migrations and queries use, on its own database only. */
export const PRIVILEGES: readonly string[] = [
  'SELECT',
  'INSERT',
  'ALTER',
  'CREATE',
  'DROP',
  'TRUNCATE',
  'OPTIMIZE',
  'SHOW',
]

/** One GRANT, made before the first migration. */
export const clickhouseGrant = task({
  id: 'analytics/grant',
  title: 'ClickHouse privileges granted',
  system: 'ClickHouse',
  subject: ({ settings }) => `privileges on ${settings.clickhouse.database}.*`,
  needs: { user: clickhouseUser },
  async observe({ services, signal }, { user }) {
    const { database } = services.settings.clickhouse
    if (!user.own) return { is: 'present', output: undefined }
    const grants = await services.clickhouse.grants(user.user, signal)
    const missing = PRIVILEGES.filter(
      privilege => !(grants ?? []).some(line => covers(line, privilege, database)),
    )
    if (missing.length === 0) return { is: 'present', output: undefined }
    if (missing.length === PRIVILEGES.length) return { is: 'absent' }
    return {
      is: 'drifted',
      differences: [
        { field: 'grants', actual: `without ${missing.join(', ')}`, wanted: PRIVILEGES.join(', ') },
      ],
    }
  },
  async apply({ services, signal }, { user }) {
    await services.clickhouse.grant(
      { user: user.user, database: services.settings.clickhouse.database, privileges: PRIVILEGES },
      signal,
    )
  },
  undo: { keep: 'it belongs to the user that stays' },
})

/** Whether a line of SHOW GRANTS gives a privilege; the server expands a group such as SHOW into its parts. */
export function covers(line: string, privilege: string, database: string): boolean {
  const match = /^GRANT (.+) ON (\S+) TO /.exec(line)
  if (!match) return false
  const scope = match[2]!.replaceAll('`', '')
  if (scope !== `${database}.*` && scope !== '*.*') return false
  const granted = match[1]!.split(',').map(one => one.trim())
  return granted.some(one => one === 'ALL' || one === privilege || one.startsWith(`${privilege} `))
}
