import { z } from 'zod'
import { cuid } from '../../ids.ts'
import { first, sql } from '../../stores/postgres.ts'
import type { Answer } from '../answers.ts'
import { projectScope } from '../api-auth.ts'
import { notFound, valid } from '../errors.ts'
import { metaOf, pageOf } from '../listing.ts'
import { type Call, json } from '../request.ts'
import type { Route } from '../router.ts'

type Row = Record<string, unknown>

const dataset = (r: Row) => ({
  id: r.id,
  name: r.name,
  description: r.description,
  metadata: r.metadata,
  projectId: r.project_id,
  createdAt: r.created_at,
  updatedAt: r.updated_at,
})
const item = (r: Row) => ({
  id: r.id,
  status: r.status,
  input: r.input,
  expectedOutput: r.expected_output,
  metadata: r.metadata,
  sourceTraceId: r.source_trace_id,
  sourceObservationId: r.source_observation_id,
  datasetId: r.dataset_id,
  createdAt: r.created_at,
  updatedAt: r.updated_at,
  datasetName: r.dataset_name,
})

async function named(projectId: string, name: string): Promise<Row> {
  const row = await first('select * from datasets where project_id = $1 and name = $2', [projectId, name])
  if (!row) throw notFound('Dataset not found')
  return row
}

async function create(call: Call): Promise<Answer> {
  const scope = await projectScope(call.request.headers.authorization)
  const body = valid(
    z.object({ name: z.string(), description: z.string().nullish(), metadata: z.unknown().optional() }),
    await json(call),
  )
  const row = await first(
    `insert into datasets (id, name, project_id, description, metadata) values ($1, $2, $3, $4, $5::jsonb)
     on conflict (project_id, name) do update set description = excluded.description, metadata = excluded.metadata, updated_at = now() returning *`,
    [cuid(), body.name, scope.projectId, body.description ?? null, JSON.stringify(body.metadata ?? null)],
  )
  return { status: 200, body: dataset(row!) }
}

async function list(call: Call): Promise<Answer> {
  const scope = await projectScope(call.request.headers.authorization)
  const page = pageOf(call.query)
  const rows = await sql(
    'select * from datasets where project_id = $1 order by created_at desc limit $2 offset $3',
    [scope.projectId, page.limit, (page.page - 1) * page.limit],
  )
  const count = await first<{ n: string }>('select count(*) as n from datasets where project_id = $1', [
    scope.projectId,
  ])
  return { status: 200, body: { data: rows.map(dataset), meta: metaOf(page, Number(count?.n ?? 0)) } }
}

async function read(call: Call): Promise<Answer> {
  const scope = await projectScope(call.request.headers.authorization)
  return { status: 200, body: dataset(await named(scope.projectId, call.params.name ?? '')) }
}

const itemBody = z.object({
  datasetName: z.string(),
  id: z.string().nullish(),
  input: z.unknown().optional(),
  expectedOutput: z.unknown().optional(),
  metadata: z.unknown().optional(),
  sourceTraceId: z.string().nullish(),
  sourceObservationId: z.string().nullish(),
  status: z.enum(['ACTIVE', 'ARCHIVED']).nullish(),
})

async function createItem(call: Call): Promise<Answer> {
  const scope = await projectScope(call.request.headers.authorization)
  const body = valid(itemBody, await json(call))
  const owner = await named(scope.projectId, body.datasetName)
  const row = await first(
    `insert into dataset_items (id, project_id, dataset_id, input, expected_output, metadata, source_trace_id, source_observation_id, status)
     values ($1, $2, $3, $4::jsonb, $5::jsonb, $6::jsonb, $7, $8, $9)
     on conflict (id, project_id) do update set input = excluded.input, expected_output = excluded.expected_output, updated_at = now() returning *`,
    [
      body.id ?? cuid(),
      scope.projectId,
      owner.id,
      JSON.stringify(body.input ?? null),
      JSON.stringify(body.expectedOutput ?? null),
      JSON.stringify(body.metadata ?? null),
      body.sourceTraceId ?? null,
      body.sourceObservationId ?? null,
      body.status ?? 'ACTIVE',
    ],
  )
  return { status: 200, body: item({ ...row, dataset_name: owner.name }) }
}

const withName =
  'select i.*, d.name as dataset_name from dataset_items i join datasets d on d.id = i.dataset_id and d.project_id = i.project_id'

async function readItem(call: Call): Promise<Answer> {
  const scope = await projectScope(call.request.headers.authorization)
  const row = await first(`${withName} where i.project_id = $1 and i.id = $2`, [
    scope.projectId,
    call.params.id,
  ])
  if (!row) throw notFound('Dataset item not found')
  return { status: 200, body: item(row) }
}

async function listItems(call: Call): Promise<Answer> {
  const scope = await projectScope(call.request.headers.authorization)
  const page = pageOf(call.query)
  const rows = await sql(
    `${withName} where i.project_id = $1 and ($2::text is null or d.name = $2) order by i.created_at desc limit $3 offset $4`,
    [scope.projectId, call.query.get('datasetName'), page.limit, (page.page - 1) * page.limit],
  )
  return { status: 200, body: { data: rows.map(item), meta: metaOf(page, rows.length) } }
}

export const datasetRoutes: Route[] = [
  { path: '/api/public/v2/datasets', kind: 'public', methods: { GET: list, POST: create } },
  { path: '/api/public/v2/datasets/:name', kind: 'public', methods: { GET: read } },
  { path: '/api/public/datasets', kind: 'public', methods: { GET: list, POST: create } },
  { path: '/api/public/dataset-items', kind: 'public', methods: { GET: listItems, POST: createItem } },
  { path: '/api/public/dataset-items/:id', kind: 'public', methods: { GET: readItem } },
]
