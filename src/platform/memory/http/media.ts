import type { Api } from './langfuse-web.ts'
import { json, jsonOf, type Reply } from './reply.ts'

/** Media: a presigned URL for the upload, a report of its result, a presigned URL for the download. */
export function media({ runtime: { world }, web, request, project }: Api): Reply {
  const { pathname } = new URL(request.path, 'http://web')
  const list = project.rows.media
  const of = (suffix: string) => web.environment[`LANGFUSE_S3_MEDIA_UPLOAD_${suffix}`]
  const urlOf = (mediaId: string, signed: string) =>
    `${of('ENDPOINT')}/${of('BUCKET')}/${project.id}/${mediaId}.bin?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${of('ACCESS_KEY_ID')}&X-Amz-Expires=3600&X-Amz-Signature=rehearsed&X-Amz-SignedHeaders=${signed}`
  if (request.method === 'POST') {
    const body = jsonOf(request) as Record<string, unknown> | undefined
    const hash = String(body?.sha256Hash ?? '')
    if (!body || !/^[A-Za-z0-9+/=]{44}$/.test(hash))
      return json(400, { message: 'Invalid request data', error: [] })
    if (!of('BUCKET')) return json(500, { message: 'Failed to get media upload URL' })
    const mediaId = hash.slice(0, 22).replaceAll('+', '-').replaceAll('/', '_')
    const known = list.find(one => one.mediaId === mediaId && one.uploadedAt !== undefined)
    if (known) return json(201, { mediaId, uploadUrl: null })
    list.push({ mediaId, contentType: body.contentType, contentLength: body.contentLength })
    const signed = ['content-length', 'content-type', 'host', 'x-amz-checksum-sha256'].join('%3B')
    return json(201, { mediaId, uploadUrl: urlOf(mediaId, signed) })
  }
  const mediaId = pathname.split('/').at(-1)!
  const found = list.find(one => one.mediaId === mediaId)
  if (!found) return json(404, { message: 'Media asset not found', error: 'LangfuseNotFoundError' })
  if (request.method === 'PATCH') {
    const body = jsonOf(request) as Record<string, unknown> | undefined
    if (Number(body?.uploadHttpStatus) < 300) found.uploadedAt = body?.uploadedAt
    return json(200, { message: 'OK' })
  }
  if (found.uploadedAt === undefined)
    return json(404, { message: 'Media not yet uploaded', error: 'LangfuseNotFoundError' })
  const urlExpiry = new Date(world.now + 3_600_000).toISOString()
  return json(200, { ...found, url: urlOf(mediaId, 'host'), urlExpiry })
}
