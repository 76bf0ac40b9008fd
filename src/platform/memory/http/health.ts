import type { Running } from '../programs/running.ts'
import { clickhouseOf, postgresOf } from '../programs/stores.ts'
import type { World } from '../world.ts'
import { json, type Reply, type Request } from './reply.ts'

const RECENT_MS = 180_000

/** `/api/public/health` and `/ready`: they look at nothing unless a parameter says so. */
export function health(world: World, web: Running, request: Request): Reply {
  const { pathname, searchParams } = new URL(request.path, 'http://web')
  const version = versionOf(web)
  const bad = (status: number, text: string) => json(status, { status: text, version })
  if (pathname.endsWith('/ready')) {
    return web.pod.metadata.deletionTimestamp
      ? bad(500, 'SIGTERM / SIGINT received, shutting down')
      : json(200, { status: 'OK', version })
  }
  const asked = (name: string) => searchParams.get(name) === 'true'
  if (asked('failIfDatabaseUnavailable') && postgresOf(world, web.environment).is === 'failed')
    return bad(503, 'Database not available')
  if (asked('failIfNoRecentEvents')) {
    const clickhouse = clickhouseOf(world, web.environment)
    if (clickhouse.is === 'failed') return bad(503, "Couldn't fetch recent events")
    const recent = (time: unknown) => {
      const age = world.now - Date.parse(String(time))
      return age >= 0 && age < RECENT_MS
    }
    const rows = Object.values(clickhouse.at.database.traces)
    if (!rows.some(row => recent(row.trace.timestamp))) return bad(503, 'No traces within the last 3 minutes')
    if (!rows.some(row => Object.values(row.observations).some(one => recent(one.startTime))))
      return bad(503, 'No observations within the last 3 minutes')
  }
  return json(200, { status: 'OK', version })
}

/** The version that an image's tag promises. */
export const versionOf = ({ spec }: Running): string => spec.image.split(':').at(-1)!

export function workerHealth(worker: Running, request: Request): Reply {
  const { pathname } = new URL(request.path, 'http://worker')
  if (pathname === '/') return json(200, { message: 'Langfuse Worker API 🚀' })
  if (pathname !== '/api/health' && pathname !== '/api/ready') return json(404, {})
  if (worker.pod.metadata.deletionTimestamp && pathname === '/api/ready')
    return json(500, { status: 'SIGTERM / SIGINT received, shutting down' })
  return worker.ready ? json(200, { status: 'ok' }) : json(500, { status: 'error' })
}
