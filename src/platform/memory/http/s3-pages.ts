import type { World } from '../world.ts'
import { header, type Reply, type Request, textOf } from './reply.ts'

/** Presigned PUT and GET through the public host: the signature holds for that host alone. */
export function s3Pages({ s3, facts }: World, request: Request): Reply {
  const { pathname, searchParams } = new URL(request.path, 'http://s3')
  const [, bucketName = '', ...rest] = pathname.split('/')
  const failed = (status: number, code: string): Reply => ({
    status,
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Resource>${pathname}</Resource></Error>`,
    headers: { 'content-type': 'application/xml' },
  })
  if (searchParams.get('X-Amz-Credential') === null) return failed(403, 'AccessDenied')
  if (searchParams.get('X-Amz-Credential') !== s3.accessKey) return failed(403, 'InvalidAccessKeyId')
  if (request.host !== `s3.${facts.domain}`) return failed(403, 'SignatureDoesNotMatch')
  const bucket = s3.buckets[bucketName]
  if (!bucket) return failed(404, 'NoSuchBucket')
  const key = rest.join('/')
  if (request.method === 'PUT') {
    if (header(request, 'x-amz-checksum-sha256') === undefined) return failed(403, 'SignatureDoesNotMatch')
    bucket.objects[key] = textOf(request)
    return { status: 200, body: '', headers: { server: 'SeaweedFS 8000GB 4.48' } }
  }
  const content = bucket.objects[key]
  return content === undefined ? failed(404, 'NoSuchKey') : { status: 200, body: content }
}
