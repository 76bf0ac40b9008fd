import { task } from '../define.ts'

/** Langfuse never creates it: its migrations fail with UNKNOWN_DATABASE without it. */
export const clickhouseDatabase = task({
  id: 'analytics/database',
  title: 'ClickHouse database created',
  system: 'ClickHouse',
  subject: ({ settings }) => `database ${settings.clickhouse.database}`,
  needs: {},
  async observe({ services, signal }) {
    const { database: name } = services.settings.clickhouse
    const found = await services.clickhouse.database(name, signal)
    if (!found) return { is: 'absent', expected: { name } }
    if (found.tables.length > 0 && !found.tables.some(table => LANGFUSE_TABLES.includes(table))) {
      return {
        is: 'foreign',
        owner: `an application with tables ${found.tables.slice(0, 3).join(', ')}`,
        nextSteps: ['Choose another ClickHouse database name in the settings file: clickhouse.database'],
      }
    }
    return { is: 'present', output: { name } }
  },
  async apply({ services, signal }) {
    await services.clickhouse.createDatabase(
      { name: services.settings.clickhouse.database, comment: 'made by thinkube-langfuse' },
      signal,
    )
  },
  undo: { keep: 'traces, observations and scores are in it' },
})

const LANGFUSE_TABLES: readonly string[] = ['traces', 'observations', 'scores', 'schema_migrations']
