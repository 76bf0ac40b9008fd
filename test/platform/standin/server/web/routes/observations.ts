import { query } from '../../stores/clickhouse.ts'
import { sql } from '../../stores/postgres.ts'
import type { Answer } from '../answers.ts'
import { projectScope } from '../api-auth.ts'
import { notFound } from '../errors.ts'
import { type Filter, metaOf, pageOf, whereOf } from '../listing.ts'
import type { Call } from '../request.ts'
import type { Route } from '../router.ts'
import { observation, type Prices } from '../shapes.ts'

type Row = Record<string, unknown>

const filters: Filter[] = [
  { param: 'traceId', condition: 'trace_id = {v: String}' },
  { param: 'name', condition: 'name = {v: String}' },
  { param: 'type', condition: 'type = {v: String}' },
  { param: 'parentObservationId', condition: 'parent_observation_id = {v: String}' },
  { param: 'environment', condition: 'environment IN {v: Array(String)}', kind: 'list' },
  { param: 'fromStartTime', condition: 'start_time >= {v: DateTime64(3)}', kind: 'time' },
  { param: 'toStartTime', condition: 'start_time < {v: DateTime64(3)}', kind: 'time' },
]

/** The newest version of each row; `FINAL` does that in the real queries too. */
export const observationRows = (where: string, params: Row, more = ''): Promise<Row[]> =>
  query<Row>(`SELECT * FROM observations FINAL WHERE ${where} AND is_deleted = 0 ${more}`, params)

export async function pricesFor(rows: Row[]): Promise<Prices> {
  const ids = [...new Set(rows.map(row => row.internal_model_id).filter(Boolean))]
  if (ids.length === 0) return {}
  const found = await sql<{ model_id: string; usage_type: string; price: string }>(
    'select model_id, usage_type, price from prices where model_id = any($1)',
    [ids],
  )
  const prices: Prices = {}
  for (const row of found) {
    const known = prices[row.model_id] ?? {}
    known[row.usage_type] = Number(row.price)
    prices[row.model_id] = known
  }
  return prices
}

async function list(call: Call): Promise<Answer> {
  const scope = await projectScope(call.request.headers.authorization)
  const page = pageOf(call.query)
  const { where, params } = whereOf(call.query, scope.projectId, filters)
  const rows = await observationRows(
    where,
    params,
    `ORDER BY start_time DESC LIMIT ${page.limit} OFFSET ${(page.page - 1) * page.limit}`,
  )
  const [count] = await query<{ n: string }>(
    `SELECT count() AS n FROM observations FINAL WHERE ${where}`,
    params,
  )
  const prices = await pricesFor(rows)
  return {
    status: 200,
    body: {
      data: rows.map(row => observation(row, prices, false)),
      meta: metaOf(page, Number(count?.n ?? 0)),
    },
  }
}

async function single(call: Call): Promise<Answer> {
  const scope = await projectScope(call.request.headers.authorization)
  const rows = await observationRows(
    'project_id = {projectId: String} AND id = {id: String}',
    { projectId: scope.projectId, id: call.params.id },
    'LIMIT 1',
  )
  if (!rows[0]) throw notFound('Observation not found within authorized project')
  return { status: 200, body: observation(rows[0], await pricesFor(rows), false) }
}

export const observationRoutes: Route[] = [
  { path: '/api/public/observations', kind: 'public', methods: { GET: list } },
  { path: '/api/public/observations/:id', kind: 'public', methods: { GET: single } },
]
