import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { processBatch } from '../../events/batch.ts'
import { query } from '../../stores/clickhouse.ts'
import type { Answer } from '../answers.ts'
import { authCheck, projectScope } from '../api-auth.ts'
import { HttpError, notFound, valid } from '../errors.ts'
import { type Filter, metaOf, pageOf, whereOf } from '../listing.ts'
import { type Call, json } from '../request.ts'
import type { Route } from '../router.ts'
import { score, scoreValue } from '../shapes.ts'

type Row = Record<string, unknown>

const filters: Filter[] = [
  { param: 'traceId', condition: 'trace_id = {v: String}' },
  { param: 'name', condition: 'name = {v: String}' },
  { param: 'dataType', condition: 'data_type = {v: String}' },
  { param: 'source', condition: 'source = {v: String}' },
  { param: 'scoreIds', condition: 'id IN {v: Array(String)}', kind: 'list' },
  { param: 'environment', condition: 'environment IN {v: Array(String)}', kind: 'list' },
  { param: 'fromTimestamp', condition: 'timestamp >= {v: DateTime64(3)}', kind: 'time' },
  { param: 'toTimestamp', condition: 'timestamp < {v: DateTime64(3)}', kind: 'time' },
]

const byVersion = (row: Row, v2: boolean): Row =>
  v2
    ? { ...score(row), sessionId: row.session_id, datasetRunId: row.dataset_run_id, ...scoreValue(row) }
    : { ...score(row), ...scoreValue(row) }

const list =
  (v2: boolean) =>
  async (call: Call): Promise<Answer> => {
    const scope = await projectScope(call.request.headers.authorization)
    const page = pageOf(call.query)
    const { where, params } = whereOf(call.query, scope.projectId, filters)
    const rows = await query<Row>(
      `SELECT * FROM scores FINAL WHERE ${where} AND is_deleted = 0 ORDER BY timestamp DESC LIMIT ${page.limit} OFFSET ${(page.page - 1) * page.limit}`,
      params,
    )
    const [count] = await query<{ n: string }>(
      `SELECT count() AS n FROM scores FINAL WHERE ${where} AND is_deleted = 0`,
      params,
    )
    const traces = await query<Row>(
      'SELECT id, user_id, tags, environment FROM traces FINAL WHERE project_id = {projectId: String} AND id IN {ids: Array(String)}',
      {
        projectId: scope.projectId,
        ids: rows.map(row => row.trace_id).filter(Boolean),
      },
    )
    const traceOf = (id: unknown) => {
      const trace = traces.find(t => t.id === id)
      return trace ? { userId: trace.user_id, tags: trace.tags, environment: trace.environment } : null
    }
    return {
      status: 200,
      body: {
        data: rows.map(row => ({ ...byVersion(row, v2), trace: traceOf(row.trace_id) })),
        meta: metaOf(page, Number(count?.n ?? 0)),
      },
    }
  }

const single =
  (v2: boolean) =>
  async (call: Call): Promise<Answer> => {
    const scope = await projectScope(call.request.headers.authorization)
    const [row] = await query<Row>(
      'SELECT * FROM scores FINAL WHERE project_id = {projectId: String} AND id = {id: String} AND is_deleted = 0 LIMIT 1',
      { projectId: scope.projectId, id: call.params.id },
    )
    if (!row) throw notFound('Score not found within authorized project')
    return { status: 200, body: byVersion(row, v2) }
  }

async function create(call: Call): Promise<Answer> {
  const scope = await projectScope(call.request.headers.authorization, 'scores')
  const body = valid(
    z.looseObject({ id: z.string().nullish(), name: z.string(), value: z.union([z.number(), z.string()]) }),
    await json(call),
  )
  const id = body.id ?? randomUUID()
  const event = {
    id: randomUUID(),
    type: 'score-create',
    timestamp: new Date().toISOString(),
    body: { ...body, id },
  }
  const { errors } = await processBatch([event], authCheck(scope), 'api')
  if (errors[0]) throw new HttpError(errors[0].status, { body: { message: errors[0].error } })
  return { status: 200, body: { id } }
}

export const scoreRoutes: Route[] = [
  { path: '/api/public/scores', kind: 'public', methods: { GET: list(false), POST: create } },
  { path: '/api/public/scores/:id', kind: 'public', methods: { GET: single(false) } },
  { path: '/api/public/v2/scores', kind: 'public', methods: { GET: list(true) } },
  { path: '/api/public/v2/scores/:id', kind: 'public', methods: { GET: single(true) } },
]
