import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { processBatch } from '../../events/batch.ts'
import { isoTime, query } from '../../stores/clickhouse.ts'
import { queue } from '../../stores/queues.ts'
import type { Answer } from '../answers.ts'
import { authCheck, projectScope } from '../api-auth.ts'
import { notFound, valid } from '../errors.ts'
import { type Filter, metaOf, pageOf, whereOf } from '../listing.ts'
import { type Call, json } from '../request.ts'
import type { Route } from '../router.ts'
import { htmlPath, observation, score, scoreValue, traceCore } from '../shapes.ts'
import { observationRows, pricesFor } from './observations.ts'

type Row = Record<string, unknown>

const filters: Filter[] = [
  { param: 'name', condition: 'name = {v: String}' },
  { param: 'userId', condition: 'user_id = {v: String}' },
  { param: 'sessionId', condition: 'session_id = {v: String}' },
  { param: 'tags', condition: 'hasAll(tags, {v: Array(String)})', kind: 'list' },
  { param: 'environment', condition: 'environment IN {v: Array(String)}', kind: 'list' },
  { param: 'version', condition: 'version = {v: String}' },
  { param: 'release', condition: 'release = {v: String}' },
  { param: 'fromTimestamp', condition: 'timestamp >= {v: DateTime64(3)}', kind: 'time' },
  { param: 'toTimestamp', condition: 'timestamp < {v: DateTime64(3)}', kind: 'time' },
]

/** Seconds from the first start to the last end. */
function latencyOf(rows: Row[]): number {
  const at = (value: unknown) => Date.parse(isoTime(String(value)))
  const starts = rows.map(row => at(row.start_time))
  const ends = rows.map(row => at(row.end_time ?? row.start_time))
  return rows.length === 0 ? 0 : (Math.max(...ends) - Math.min(...starts)) / 1000
}

const costOf = (rows: Row[]): number =>
  Number(rows.reduce((sum, row) => sum + Number(row.total_cost ?? 0), 0).toFixed(12))

/** One trace with everything that belongs to it, or undefined. Also what the user interface asks for. */
export async function readTrace(projectId: string, id: string): Promise<Row | undefined> {
  const params = { projectId, id }
  const [trace] = await query<Row>(
    'SELECT * FROM traces FINAL WHERE project_id = {projectId: String} AND id = {id: String} AND is_deleted = 0 LIMIT 1',
    params,
  )
  if (!trace) return undefined
  const observations = await observationRows(
    'project_id = {projectId: String} AND trace_id = {id: String}',
    params,
    'ORDER BY type, start_time',
  )
  const scores = await query<Row>(
    'SELECT * FROM scores FINAL WHERE project_id = {projectId: String} AND trace_id = {id: String} AND is_deleted = 0',
    params,
  )
  const prices = await pricesFor(observations)
  return {
    ...traceCore(trace),
    externalId: null,
    scores: scores.map(row => ({ ...score(row), ...scoreValue(row) })),
    latency: latencyOf(observations),
    observations: observations.map(row => observation(row, prices, true)),
    htmlPath: htmlPath(projectId, id),
    totalCost: costOf(observations),
  }
}

async function single(call: Call): Promise<Answer> {
  const scope = await projectScope(call.request.headers.authorization)
  const trace = await readTrace(scope.projectId, call.params.id ?? '')
  if (!trace) throw notFound(`Trace ${call.params.id} not found within authorized project`)
  return { status: 200, body: trace }
}

async function list(call: Call): Promise<Answer> {
  const scope = await projectScope(call.request.headers.authorization)
  const page = pageOf(call.query)
  const { where, params } = whereOf(call.query, scope.projectId, filters)
  const [column, direction] = (call.query.get('orderBy') ?? 'timestamp.desc').split('.')
  const order = `${column === 'name' ? 'name' : 'timestamp'} ${direction === 'asc' ? 'ASC' : 'DESC'}`
  const rows = await query<Row>(
    `SELECT * FROM traces FINAL WHERE ${where} AND is_deleted = 0 ORDER BY ${order} LIMIT ${page.limit} OFFSET ${(page.page - 1) * page.limit}`,
    params,
  )
  const [count] = await query<{ n: string }>(
    `SELECT count() AS n FROM traces FINAL WHERE ${where} AND is_deleted = 0`,
    params,
  )
  const ids = { projectId: scope.projectId, ids: rows.map(row => row.id) }
  const observations = await observationRows(
    'project_id = {projectId: String} AND trace_id IN {ids: Array(String)}',
    ids,
  )
  const scores = await query<Row>(
    'SELECT id, trace_id FROM scores FINAL WHERE project_id = {projectId: String} AND trace_id IN {ids: Array(String)} AND is_deleted = 0',
    ids,
  )
  const data = rows.map(row => {
    const mine = observations.filter(o => o.trace_id === row.id)
    return {
      ...traceCore(row),
      observations: mine.map(o => o.id),
      scores: scores.filter(s => s.trace_id === row.id).map(s => s.id),
      totalCost: costOf(mine),
      latency: latencyOf(mine),
      htmlPath: htmlPath(scope.projectId, row.id),
      externalId: null,
    }
  })
  return { status: 200, body: { data, meta: metaOf(page, Number(count?.n ?? 0)) } }
}

async function create(call: Call): Promise<Answer> {
  const scope = await projectScope(call.request.headers.authorization)
  const body = valid(z.looseObject({ id: z.string().nullish() }), await json(call))
  const id = body.id ?? randomUUID()
  const event = {
    id: randomUUID(),
    type: 'trace-create',
    timestamp: new Date().toISOString(),
    body: { ...body, id },
  }
  await processBatch([event], authCheck(scope), 'api')
  return { status: 200, body: { id } }
}

async function enqueueDeletion(projectId: string, traceIds: string[]): Promise<void> {
  const target = queue('trace-delete')
  if (!target) throw new Error('Failed to instantiate trace delete queue')
  await target.waitUntilReady()
  await target.add('trace-delete', {
    id: randomUUID(),
    timestamp: new Date(),
    name: 'trace-delete',
    payload: { projectId, traceIds },
  })
}

async function remove(call: Call): Promise<Answer> {
  const scope = await projectScope(call.request.headers.authorization)
  await enqueueDeletion(scope.projectId, [call.params.id ?? ''])
  return { status: 200, body: { message: 'Trace deleted successfully' } }
}

async function removeMany(call: Call): Promise<Answer> {
  const scope = await projectScope(call.request.headers.authorization)
  const { traceIds } = valid(z.object({ traceIds: z.array(z.string()).min(1) }), await json(call))
  await enqueueDeletion(scope.projectId, traceIds)
  return { status: 200, body: { message: 'Traces deleted successfully' } }
}

export const traceRoutes: Route[] = [
  { path: '/api/public/traces', kind: 'public', methods: { GET: list, POST: create, DELETE: removeMany } },
  { path: '/api/public/traces/:id', kind: 'public', methods: { GET: single, DELETE: remove } },
]
