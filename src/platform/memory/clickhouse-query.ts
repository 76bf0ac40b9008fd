import { refuse } from './problems.ts'
import type { ClickhouseWorld } from './world.ts'

type Row = Readonly<Record<string, unknown>>

/** The few read-only queries that checks ask. Anything else is refused, so that a new one is noticed here. */
export function queryClickhouse(
  { version, timeZone, databases }: ClickhouseWorld,
  sql: string,
  parameters: Readonly<Record<string, unknown>>,
): readonly Row[] {
  const text = sql.replace(/\s+/g, ' ').trim()
  const bound = text.replace(/\{(\w+):\w+\}/g, (_, name: string) => String(parameters[name]))
  if (/^SELECT version\(\)/i.test(bound)) return [{ 'version()': version, version }]
  if (/^SELECT timezone\(\)/i.test(bound)) return [{ 'timezone()': timeZone, timezone: timeZone }]
  if (/^SELECT 1\b/i.test(bound)) return [{ '1': 1 }]
  const count = /^SELECT count\(\)(?: AS (\w+))? FROM [`"]?(\w+)[`"]?\.[`"]?(\w+)[`"]?/i.exec(bound)
  if (count) {
    const [, name = 'count()', database = '', table = ''] = count
    return [{ [name]: rowsOf(databases[database], table) }]
  }
  return refuse(
    'clickhouse/query-refused',
    'unsupported',
    'The in-memory ClickHouse does not know this query',
    {
      detail: [text],
      nextSteps: ['Teach src/platform/memory/clickhouse-query.ts this query'],
    },
  )
}

function rowsOf(database: ClickhouseWorld['databases'][string] | undefined, table: string): number {
  if (!database?.tables.includes(table))
    refuse('clickhouse/no-table', 'missing', `Table ${table} does not exist`, {
      detail: ['Code: 60. Unknown table expression identifier (UNKNOWN_TABLE)'],
    })
  const rows = Object.values(database.traces)
  if (table === 'traces') return rows.length
  if (table === 'observations')
    return rows.reduce((sum, row) => sum + Object.keys(row.observations).length, 0)
  if (table === 'scores') return rows.reduce((sum, row) => sum + Object.keys(row.scores).length, 0)
  return 0
}
