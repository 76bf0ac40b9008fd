import { createCipheriv, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { env } from '../../env.ts'
import { cuid } from '../../ids.ts'
import { first, sql } from '../../stores/postgres.ts'
import type { Answer } from '../answers.ts'
import { projectScope } from '../api-auth.ts'
import { valid } from '../errors.ts'
import { metaOf, pageOf } from '../listing.ts'
import { type Call, json } from '../request.ts'
import type { Route } from '../router.ts'

type Row = Record<string, unknown>

const shape = (r: Row) => ({
  id: r.id,
  provider: r.provider,
  adapter: r.adapter,
  displaySecretKey: r.display_secret_key,
  baseURL: r.base_url,
  customModels: r.custom_models,
  withDefaultModels: r.with_default_models,
  extraHeaderKeys: r.extra_header_keys,
  createdAt: r.created_at,
  updatedAt: r.updated_at,
})

/** AES-256-GCM with `ENCRYPTION_KEY`: a key that is not hex fails here, at first use, as measured. */
function encrypt(text: string): string {
  if (!env.ENCRYPTION_KEY) throw new Error('Missing environment variable: `ENCRYPTION_KEY`')
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(env.ENCRYPTION_KEY, 'hex'), iv)
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return `${iv.toString('hex')}:${data.toString('hex')}:${cipher.getAuthTag().toString('hex')}`
}

const connection = z.object({
  provider: z.string().min(1),
  adapter: z.enum(['anthropic', 'openai', 'azure', 'bedrock', 'google-vertex-ai', 'google-ai-studio']),
  secretKey: z.string().min(1),
  baseURL: z.string().nullish(),
  customModels: z.array(z.string()).optional(),
  withDefaultModels: z.boolean().optional(),
})

async function put(call: Call): Promise<Answer> {
  const scope = await projectScope(call.request.headers.authorization)
  const body = valid(connection, await json(call))
  const existing = await first('select id from llm_api_keys where project_id = $1 and provider = $2', [
    scope.projectId,
    body.provider,
  ])
  const row = await first(
    `insert into llm_api_keys (id, project_id, provider, adapter, secret_key, display_secret_key, base_url, custom_models, with_default_models)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (project_id, provider) do update set adapter = excluded.adapter, secret_key = excluded.secret_key, display_secret_key = excluded.display_secret_key,
       base_url = excluded.base_url, custom_models = excluded.custom_models, with_default_models = excluded.with_default_models, updated_at = now() returning *`,
    [
      cuid(),
      scope.projectId,
      body.provider,
      body.adapter,
      encrypt(body.secretKey),
      `...${body.secretKey.slice(-4)}`,
      body.baseURL ?? null,
      body.customModels ?? [],
      body.withDefaultModels ?? true,
    ],
  )
  return { status: existing ? 200 : 201, body: shape(row!) }
}

async function list(call: Call): Promise<Answer> {
  const scope = await projectScope(call.request.headers.authorization)
  const rows = await sql('select * from llm_api_keys where project_id = $1 order by created_at desc', [
    scope.projectId,
  ])
  return { status: 200, body: { data: rows.map(shape), meta: metaOf(pageOf(call.query), rows.length) } }
}

export const llmRoutes: Route[] = [
  { path: '/api/public/llm-connections', kind: 'public', methods: { GET: list, PUT: put } },
]
