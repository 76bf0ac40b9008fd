import { clickhouseOf } from '../programs/stores.ts'
import type { TraceRow } from '../world.ts'
import type { Api } from './langfuse-web.ts'
import { json, type Reply } from './reply.ts'
import { enqueueScore } from './score.ts'

/** Traces, observations and scores as they stand in ClickHouse. */
export function read(pathname: string, call: Api): Reply | undefined {
  const { runtime, web, request, project } = call
  if (pathname === '/api/public/scores' && request.method === 'POST') return enqueueScore(call)
  const clickhouse = clickhouseOf(runtime.world, web.environment)
  if (clickhouse.is === 'failed')
    return json(500, { message: 'Internal Server Error', error: clickhouse.lines[0] })
  const { traces } = clickhouse.at.database
  const rows = Object.values(traces).filter(row => row.trace.projectId === project.id)
  const { searchParams } = new URL(request.path, 'http://web')
  const id = /^\/api\/public\/(traces|observations|scores)\/([^/]+)$/.exec(pathname)
  if (id?.[1] === 'traces') {
    const row = rows.find(one => one.trace.id === decodeURIComponent(id[2]!))
    if (!row) return missing(`Trace ${id[2]} not found within authorized project`)
    if (request.method === 'DELETE') {
      delete traces[String(row.trace.id)]
      return json(200, { message: 'Trace deleted successfully' })
    }
    return json(200, whole(row))
  }
  if (id) {
    const kind = id[1] as 'observations' | 'scores'
    const found = rows.map(row => row[kind][id[2]!]).find(one => one !== undefined)
    return found
      ? json(200, found)
      : missing(`${kind === 'scores' ? 'Score' : 'Observation'} not found within authorized project`)
  }
  switch (pathname) {
    case '/api/public/traces':
      return page(
        searchParams,
        rows.filter(row => fits(row.trace, searchParams, ['name', 'userId', 'sessionId'])).map(summary),
      )
    case '/api/public/observations':
      return page(
        searchParams,
        rows
          .flatMap(row => Object.values(row.observations))
          .filter(one => fits(one, searchParams, ['traceId', 'name', 'type'])),
      )
    case '/api/public/v2/scores':
      return page(
        searchParams,
        rows
          .flatMap(row => Object.values(row.scores))
          .filter(one => fits(one, searchParams, ['traceId', 'name'])),
      )
  }
  return undefined
}

const missing = (message: string): Reply => json(404, { message, error: 'LangfuseNotFoundError' })

function fits(one: Record<string, unknown>, wanted: URLSearchParams, names: readonly string[]): boolean {
  return names.every(name => !wanted.has(name) || one[name] === wanted.get(name))
}

function whole(row: TraceRow): Record<string, unknown> {
  const observations = Object.values(row.observations)
  return {
    ...row.trace,
    scores: Object.values(row.scores),
    observations,
    latency: latency(observations),
    totalCost: 0,
  }
}

function summary(row: TraceRow): Record<string, unknown> {
  return {
    ...row.trace,
    observations: Object.keys(row.observations),
    scores: Object.keys(row.scores),
    totalCost: 0,
    latency: latency(Object.values(row.observations)),
  }
}

const latency = (observations: readonly Record<string, unknown>[]): number =>
  Math.max(0, ...observations.map(one => Number(one.latency ?? 0))) / 1000

function page(searchParams: URLSearchParams, all: readonly unknown[]): Reply {
  const limit = Number(searchParams.get('limit') ?? 50)
  const current = Number(searchParams.get('page') ?? 1)
  return json(200, {
    data: all.slice((current - 1) * limit, current * limit),
    meta: { page: current, limit, totalItems: all.length, totalPages: Math.ceil(all.length / limit) },
  })
}
