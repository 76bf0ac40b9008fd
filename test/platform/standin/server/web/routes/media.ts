import { z } from 'zod'
import { env, number } from '../../env.ts'
import { cuid } from '../../ids.ts'
import { first, sql } from '../../stores/postgres.ts'
import { presign } from '../../stores/presign.ts'
import type { Answer } from '../answers.ts'
import { projectScope } from '../api-auth.ts'
import { HttpError, namedError, notFound, valid } from '../errors.ts'
import { type Call, json } from '../request.ts'
import type { Route } from '../router.ts'

const extensions: Record<string, string> = {
  'image/png': 'png',
  'image/jpeg': 'jpeg',
  'image/jpg': 'jpg',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/svg+xml': 'svg',
  'image/tiff': 'tiff',
  'image/bmp': 'bmp',
  'audio/mpeg': 'mp3',
  'audio/mp3': 'mp3',
  'audio/wav': 'wav',
  'audio/ogg': 'ogg',
  'audio/oga': 'oga',
  'audio/aac': 'aac',
  'audio/mp4': 'm4a',
  'audio/flac': 'flac',
  'video/mp4': 'mp4',
  'video/webm': 'webm',
  'text/plain': 'txt',
  'text/html': 'html',
  'text/css': 'css',
  'text/csv': 'csv',
  'application/pdf': 'pdf',
  'application/msword': 'doc',
  'application/vnd.ms-excel': 'xls',
  'application/zip': 'zip',
  'application/json': 'json',
  'application/xml': 'xml',
  'application/octet-stream': 'bin',
}
const types = Object.keys(extensions)

const creation = z.object({
  traceId: z.string(),
  observationId: z.string().nullish(),
  contentType: z.enum(types as [string, ...string[]], {
    error: `Invalid content type. Only supporting ${types.join(', ')}`,
  }),
  contentLength: z.number().positive().int(),
  sha256Hash: z.string().regex(/^[A-Za-z0-9+/=]{44}$/, 'Must be a 44 character base64 encoded SHA-256 hash'),
  field: z.enum(['input', 'output', 'metadata']),
})

type MediaRow = {
  id: string
  content_type: string
  content_length: string
  uploaded_at: Date | null
  upload_http_status: number | null
  bucket_path: string
  bucket_name: string
}

const lifetime = () => number('LANGFUSE_S3_MEDIA_DOWNLOAD_URL_EXPIRY_SECONDS', 3600)

async function create(call: Call): Promise<Answer> {
  const scope = await projectScope(call.request.headers.authorization)
  const body = valid(creation, await json(call))
  const most = number('LANGFUSE_S3_MEDIA_MAX_CONTENT_LENGTH', 1_000_000_000)
  if (body.contentLength > most)
    throw namedError(400, 'InvalidRequestError', `File size must be less than ${most} bytes`)
  try {
    return { status: 201, body: await uploadFor(scope.projectId, body) }
  } catch (error) {
    if (error instanceof HttpError) throw error
    throw namedError(500, 'InternalServerError', 'Failed to get media upload URL') // the cause is not logged, as upstream
  }
}

async function uploadFor(projectId: string, body: z.infer<typeof creation>): Promise<object> {
  const bucket = env.LANGFUSE_S3_MEDIA_UPLOAD_BUCKET
  if (!bucket) throw new Error('no media bucket')
  const mediaId = body.sha256Hash.replaceAll('+', '-').replaceAll('/', '_').slice(0, 22)
  const key = `${env.LANGFUSE_S3_MEDIA_UPLOAD_PREFIX ?? ''}${projectId}/${mediaId}.${extensions[body.contentType]}`
  const existing = await first<MediaRow>('select * from media where project_id = $1 and id = $2', [
    projectId,
    mediaId,
  ])
  const url = presign('MEDIA_UPLOAD', {
    method: 'PUT',
    bucket,
    key,
    seconds: 3600,
    operation: 'PutObject',
    headers: {
      'content-type': body.contentType,
      'content-length': String(body.contentLength),
      'x-amz-checksum-sha256': body.sha256Hash,
    },
  })
  if (!existing) {
    await sql(
      'insert into media (id, sha_256_hash, project_id, bucket_path, bucket_name, content_type, content_length) values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing',
      [mediaId, body.sha256Hash, projectId, key, bucket, body.contentType, body.contentLength],
    )
  }
  const [table, columns, values] = body.observationId
    ? ['observation_media', 'trace_id, observation_id', [body.traceId, body.observationId]]
    : ['trace_media', 'trace_id', [body.traceId]]
  await sql(
    `insert into ${table} (id, project_id, media_id, field, ${columns}) values ($1, $2, $3, $4, ${(values as string[]).map((_, i) => `$${i + 5}`).join(', ')}) on conflict do nothing`,
    [cuid(), projectId, mediaId, body.field, ...(values as string[])],
  )
  const done = existing?.upload_http_status === 200 || existing?.upload_http_status === 201
  return { mediaId, uploadUrl: done ? null : url }
}

async function stored(projectId: string, id: string): Promise<MediaRow> {
  const row = await first<MediaRow>('select * from media where project_id = $1 and id = $2', [projectId, id])
  if (!row) throw notFound('Media asset not found')
  return row
}

async function read(call: Call): Promise<Answer> {
  const scope = await projectScope(call.request.headers.authorization)
  const row = await stored(scope.projectId, call.params.id ?? '')
  if (!row.uploaded_at) throw notFound('Media not yet uploaded')
  if (row.upload_http_status !== 200 && row.upload_http_status !== 201) {
    throw notFound(`Media upload failed with status ${row.upload_http_status}`)
  }
  const url = presign('MEDIA_UPLOAD', {
    method: 'GET',
    bucket: row.bucket_name,
    key: row.bucket_path,
    seconds: lifetime(),
    operation: 'GetObject',
  })
  const urlExpiry = new Date(Date.now() + lifetime() * 1000).toISOString()
  return {
    status: 200,
    body: {
      mediaId: row.id,
      contentType: row.content_type,
      contentLength: Number(row.content_length),
      url,
      urlExpiry,
      uploadedAt: row.uploaded_at,
    },
  }
}

const report = z.object({
  uploadedAt: z.coerce.date(),
  uploadHttpStatus: z.number().int(),
  uploadHttpError: z.string().nullish(),
  uploadTimeMs: z.number().nullish(),
})

async function update(call: Call): Promise<Answer> {
  const scope = await projectScope(call.request.headers.authorization)
  const body = valid(report, await json(call))
  await stored(scope.projectId, call.params.id ?? '')
  await sql(
    'update media set uploaded_at = $3, upload_http_status = $4, upload_http_error = $5, updated_at = now() where project_id = $1 and id = $2',
    [scope.projectId, call.params.id, body.uploadedAt, body.uploadHttpStatus, body.uploadHttpError ?? null],
  )
  return { status: 200, body: { message: 'OK' } }
}

export const mediaRoutes: Route[] = [
  { path: '/api/public/media', kind: 'public', methods: { POST: create } },
  { path: '/api/public/media/:id', kind: 'public', methods: { GET: read, PATCH: update } },
]
