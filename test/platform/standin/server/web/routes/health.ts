import { env, version } from '../../env.ts'
import { log } from '../../log.ts'
import { chTime, query } from '../../stores/clickhouse.ts'
import { sql } from '../../stores/postgres.ts'
import type { Answer } from '../answers.ts'
import { life } from '../life.ts'
import type { Call } from '../request.ts'
import type { Route } from '../router.ts'

const status = (code: number, text: string): Answer => ({ status: code, body: { status: text, version } })

/** With telemetry on, each probe looks at PostgreSQL; errors are swallowed. */
async function telemetry(): Promise<void> {
  if (env.TELEMETRY_ENABLED === 'false' || env.CI) return
  await sql('select last_run from cron_jobs where name = $1', ['telemetry']).catch(error =>
    log.debug('telemetry', error),
  )
}

const recent = (table: string, column: string) =>
  query<{ id: string }>(
    `SELECT id FROM ${table} WHERE ${column} <= {now: DateTime64(3)} AND ${column} >= {now: DateTime64(3)} - INTERVAL 3 MINUTE LIMIT 1`,
    { now: chTime(new Date()) },
  )

async function health(call: Call): Promise<Answer> {
  await telemetry()
  if (call.query.get('failIfDatabaseUnavailable') === 'true') {
    try {
      await sql('select 1')
    } catch (error) {
      log.error("Couldn't connect to database", error)
      return status(503, 'Database not available')
    }
  }
  if (call.query.get('failIfNoRecentEvents') === 'true') {
    try {
      const traces = await recent('traces', 'timestamp')
      const observations = await recent('observations', 'start_time')
      const missing = traces.length === 0 ? 'traces' : observations.length === 0 ? 'observations' : undefined
      if (missing) return status(503, `No ${missing} within the last 3 minutes`)
    } catch (error) {
      log.error("Couldn't fetch recent events", error)
      return status(503, "Couldn't fetch recent events")
    }
  }
  return status(200, 'OK')
}

const ready = (): Answer =>
  life.shuttingDown ? status(500, 'SIGTERM / SIGINT received, shutting down') : status(200, 'OK')

export const healthRoutes: Route[] = [
  { path: '/api/public/health', kind: 'public', methods: { GET: health } },
  { path: '/api/public/ready', kind: 'public', methods: { GET: ready } },
]
