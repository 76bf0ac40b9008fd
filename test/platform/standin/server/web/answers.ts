import type { IncomingMessage, ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'

/** Headers that every answer of the real server carries. */
const page: Record<string, string> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'document-policy': 'js-profiling',
  'permissions-policy': 'autoplay=*, fullscreen=*, microphone=*',
  'x-frame-options': 'SAMEORIGIN',
}
const csp =
  "default-src 'self' https://*.langfuse.com https://*.langfuse.dev https://*.posthog.com https://*.sentry.io; img-src 'self' https: blob: data: http://localhost:*; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; media-src 'self' https: http://localhost:*;"

/** Next.js' ETag: FNV-1a over 52 bits and the length, both in base 36. */
export function etag(payload: string): string {
  let [v0, v1, v2, v3] = [0x2325, 0x8422, 0x9ce4, 0xcbf2]
  for (let i = 0; i < payload.length; i++) {
    v0 ^= payload.charCodeAt(i)
    const t0 = v0 * 435
    let t1 = v1 * 435
    let t2 = v2 * 435 + (v0 << 8)
    const t3 = v3 * 435 + (v1 << 8)
    t1 += t0 >>> 16
    v0 = t0 & 65535
    t2 += t1 >>> 16
    v1 = t1 & 65535
    v3 = (t3 + (t2 >>> 16)) & 65535
    v2 = t2 & 65535
  }
  const hash = (v3 & 15) * 281474976710656 + v2 * 4294967296 + v1 * 65536 + (v0 ^ (v3 >> 4))
  return `"${hash.toString(36)}${payload.length.toString(36)}"`
}

export type Answer = {
  status: number
  /** JSON when it is an object, text otherwise. */
  body?: unknown
  html?: string
  headers?: Record<string, string | string[]>
}

/** `cors` routes (the public API) vary by origin too. */
export type Kind = 'public' | 'plain' | 'auth' | 'page'

const kindHeaders: Record<Kind, Record<string, string>> = {
  public: { 'x-robots-tag': 'noindex', vary: 'Origin, Accept-Encoding' },
  plain: { 'x-robots-tag': 'noindex', vary: 'Accept-Encoding' },
  auth: {
    'x-robots-tag': 'noindex',
    'cache-control': 'no-store, no-cache, must-revalidate, proxy-revalidate',
    pragma: 'no-cache',
    expires: '0',
    vary: 'Accept-Encoding',
  },
  page: {
    'content-security-policy': csp,
    'cache-control': 'private, no-cache, no-store, max-age=0, must-revalidate',
    vary: 'Accept-Encoding',
  },
}

export function send(request: IncomingMessage, response: ServerResponse, kind: Kind, answer: Answer): void {
  const type =
    answer.html !== undefined
      ? 'text/html; charset=utf-8'
      : typeof answer.body === 'object'
        ? 'application/json; charset=utf-8'
        : undefined
  const text =
    answer.html ?? (answer.body === undefined ? '' : type ? JSON.stringify(answer.body) : String(answer.body))
  const headers: Record<string, string | string[]> = { ...page, ...kindHeaders[kind], ...answer.headers }
  if (type) Object.assign(headers, { 'content-type': type, etag: etag(text) })
  else if (answer.status !== 302) delete headers.vary
  const zip =
    type &&
    (text.length > 1024 || answer.html) &&
    /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
  if (zip) {
    response.writeHead(answer.status, { ...headers, 'content-encoding': 'gzip' })
    response.end(gzipSync(text))
    return
  }
  if (type) headers['content-length'] = String(Buffer.byteLength(text))
  response.writeHead(answer.status, headers)
  response.end(text)
}
