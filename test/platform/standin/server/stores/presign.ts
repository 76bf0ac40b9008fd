import { createHash, createHmac } from 'node:crypto'
import { type Area, settings } from './storage.ts'

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

export type Presign = {
  method: 'GET' | 'PUT'
  bucket: string
  key: string
  seconds: number
  /** Headers the client must send as they are, besides Host. */
  headers?: Record<string, string>
  operation: 'GetObject' | 'PutObject'
  now?: Date
}

/** A SigV4 URL. The host is part of the signature: whoever uses it must reach the store under this very name. */
export function presign(area: Area, o: Presign): string {
  const { endpoint, region, accessKeyId, secretAccessKey, pathStyle } = settings(area)
  if (!accessKeyId || !secretAccessKey) throw new Error('Could not load credentials from any providers')
  if (!region) throw new Error('Region is missing')
  const base = new URL(endpoint ?? `https://s3.${region}.amazonaws.com`)
  const isAddress = /^[\d.]+$|^\[/.test(base.hostname)
  const inPath = pathStyle || isAddress
  const host = inPath ? base.host : `${o.bucket}.${base.host}`
  const path = `${inPath ? `/${o.bucket}` : ''}/${o.key.split('/').map(encode).join('/')}`
  const stamp = (o.now ?? new Date()).toISOString().replace(/[-:]|\.\d{3}/g, '')
  const scope = `${stamp.slice(0, 8)}/${region}/s3/aws4_request`
  const headers: Record<string, string> = { ...o.headers, host }
  const names = Object.keys(headers).sort()
  const query: Record<string, string> = {
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD',
    'X-Amz-Credential': `${accessKeyId}/${scope}`,
    'X-Amz-Date': stamp,
    'X-Amz-Expires': String(o.seconds),
    'X-Amz-SignedHeaders': names.join(';'),
    'x-id': o.operation,
  }
  const text = (q: Record<string, string>) =>
    Object.keys(q)
      .sort()
      .map(k => `${encode(k)}=${encode(q[k]!)}`)
      .join('&')
  const canonical = [
    o.method,
    path,
    text(query),
    ...names.map(n => `${n}:${headers[n]}`),
    '',
    names.join(';'),
    'UNSIGNED-PAYLOAD',
  ]
  const digest = createHash('sha256').update(canonical.join('\n')).digest('hex')
  const key = ['s3', 'aws4_request'].reduce(
    (k, part) => hmac(k, part),
    hmac(hmac(`AWS4${secretAccessKey}`, stamp.slice(0, 8)), region),
  )
  const signature = hmac(key, ['AWS4-HMAC-SHA256', stamp, scope, digest].join('\n')).toString('hex')
  return `${base.protocol}//${host}${path}?${text({ ...query, 'X-Amz-Signature': signature })}`
}
