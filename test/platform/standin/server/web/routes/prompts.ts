import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { first, sql } from '../../stores/postgres.ts'
import { valkey } from '../../stores/valkey.ts'
import type { Answer } from '../answers.ts'
import { projectScope } from '../api-auth.ts'
import { notFound, valid } from '../errors.ts'
import { pageOf } from '../listing.ts'
import { type Call, json } from '../request.ts'
import type { Route } from '../router.ts'

type Row = Record<string, unknown>

const common = {
  name: z.string().min(1),
  labels: z.array(z.string()).default([]),
  config: z.unknown().optional(),
  tags: z.array(z.string()).nullish(),
  commitMessage: z.string().nullish(),
}
const message = z.looseObject({ role: z.string().optional(), content: z.string().optional() })
const creation = z.union([
  z.object({ ...common, type: z.literal('text').optional(), prompt: z.string() }),
  z.object({ ...common, type: z.literal('chat'), prompt: z.array(message) }),
])

const shape = (row: Row) => ({
  id: row.id,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  projectId: row.project_id,
  createdBy: row.created_by,
  prompt: row.prompt,
  name: row.name,
  version: row.version,
  type: row.type,
  isActive: row.is_active,
  config: row.config,
  tags: row.tags,
  labels: row.labels,
  commitMessage: row.commit_message,
})

async function create(call: Call): Promise<Answer> {
  const scope = await projectScope(call.request.headers.authorization)
  const body = valid(creation, await json(call))
  const labels = [...new Set([...body.labels, 'latest'])]
  const last = await first<{ version: number; tags: string[] }>(
    'select version, tags from prompts where project_id = $1 and name = $2 order by version desc limit 1',
    [scope.projectId, body.name],
  )
  // a label belongs to one version of a prompt
  await sql(
    'update prompts set labels = array(select l from unnest(labels) l where l <> all($3::text[])), updated_at = now() where project_id = $1 and name = $2 and labels && $3::text[]',
    [scope.projectId, body.name, labels],
  )
  const row = await first(
    `insert into prompts (id, project_id, created_by, name, version, prompt, type, config, tags, labels, commit_message)
     values ($1, $2, 'API', $3, $4, $5::jsonb, $6, $7::json, $8, $9, $10) returning *`,
    [
      randomUUID(),
      scope.projectId,
      body.name,
      (last?.version ?? 0) + 1,
      JSON.stringify(body.prompt),
      body.type ?? 'text',
      JSON.stringify(body.config ?? {}),
      body.tags ?? last?.tags ?? [],
      labels,
      body.commitMessage ?? null,
    ],
  )
  await valkey()?.del(`prompt:${scope.projectId}:${body.name}`)
  return { status: 201, body: shape(row!) }
}

async function list(call: Call): Promise<Answer> {
  const scope = await projectScope(call.request.headers.authorization)
  const page = pageOf(call.query)
  const name = call.query.get('name')
  const rows = await sql<Row & { total: string }>(
    `select name, max(updated_at) as "lastUpdatedAt", array_agg(version order by version) as versions,
            (select array_agg(distinct l order by l) from prompts q, unnest(q.labels) l where q.project_id = $1 and q.name = p.name) as labels,
            (select config from prompts q where q.project_id = $1 and q.name = p.name order by version desc limit 1) as "lastConfig",
            (select q.tags from prompts q where q.project_id = $1 and q.name = p.name order by version desc limit 1) as "lastTags",
            count(*) over () as total
       from prompts p where project_id = $1 and ($2::text is null or name = $2) group by name order by max(updated_at) desc limit $3 offset $4`,
    [scope.projectId, name, page.limit, (page.page - 1) * page.limit],
  )
  const total = Number(rows[0]?.total ?? 0)
  const meta = {
    page: page.page,
    limit: page.limit,
    totalPages: Math.ceil(total / page.limit),
    totalItems: total,
  }
  const data = rows.map(r => ({
    name: r.name,
    tags: r.lastTags ?? [],
    lastUpdatedAt: r.lastUpdatedAt,
    versions: r.versions,
    labels: r.labels ?? [],
    lastConfig: r.lastConfig,
  }))
  return { status: 200, body: { data, meta, pagination: meta } }
}

async function read(call: Call): Promise<Answer> {
  const scope = await projectScope(call.request.headers.authorization)
  const name = call.params.name ?? ''
  const version = call.query.get('version')
  const label = call.query.get('label') ?? 'production'
  await valkey()?.sadd(
    `prompt_key_index:${scope.projectId}`,
    `prompt:${scope.projectId}:${name}:${version ?? label}`,
  )
  const row = await first(
    `select * from prompts where project_id = $1 and name = $2 and ${version ? 'version = $3::int' : '$3 = any(labels)'} order by version desc limit 1`,
    [scope.projectId, name, version ?? label],
  )
  if (!row)
    throw notFound(`Prompt not found: '${name}' with ${version ? `version ${version}` : `label '${label}'`}`)
  return { status: 200, body: { ...shape(row), resolutionGraph: null } }
}

export const promptRoutes: Route[] = [
  { path: '/api/public/v2/prompts', kind: 'public', methods: { GET: list, POST: create } },
  { path: '/api/public/v2/prompts/:name', kind: 'public', methods: { GET: read } },
]
