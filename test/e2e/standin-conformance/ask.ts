import type { Recorded } from './recordings.ts'
import type { ConformanceTarget } from './target.ts'

/** What one request leaves for the next. */
export type State = {
  jar: Map<string, string>
  csrf: string
  uploadUrl?: string
  downloadUrl?: string
  authorizeUrl?: string
  media: Buffer
}

const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

/** Basic with the project's keys, or the wrong ones that the recording names. */
export function authorization(entry: Recorded, target: ConformanceTarget): string | undefined {
  if (!entry.request.auth) return entry.request.headers.Authorization
  if (entry.name === 'bad secret' || entry.name === 'bad auth')
    return basic(target.publicKey, `wrong-${Math.random()}`)
  if (entry.name === 'unknown public') return basic(`pk-${Math.random()}`, `sk-${Math.random()}`)
  return basic(target.publicKey, target.secretKey)
}

/** The body as it was sent, with this run's token and content. */
export function payload(entry: Recorded, state: State): { body?: RequestInit['body']; type?: string } {
  const { json, data } = entry.request
  if (json !== null && json !== undefined) return { body: JSON.stringify(json), type: 'application/json' }
  if (data === '<bytes>')
    return {
      body: entry.name === 'bad protobuf' ? new Uint8Array([255, 255, 1, 2]) : new Uint8Array(state.media),
    }
  if (typeof data === 'string') return { body: data }
  if (!data) return {}
  const fields = Object.fromEntries(
    Object.entries(data).map(([k, v]) => [k, v === '<CSRF>' ? state.csrf : v]),
  )
  return { body: new URLSearchParams(fields) }
}

/** Where the request goes here; URLs that an earlier answer gave are taken from it. */
export async function urlOf(
  entry: Recorded,
  target: ConformanceTarget,
  state: State,
): Promise<{ url: string; store: boolean }> {
  const { url, method } = entry.request
  if (entry.name === 'callback' && target.login) {
    const location = await target.login(state.authorizeUrl ?? '')
    return { url: location.replace(target.publicUrl, target.web), store: false }
  }
  if (url.includes('X-Amz-'))
    return { url: (method === 'PUT' ? state.uploadUrl : state.downloadUrl) ?? '', store: true }
  if (url.startsWith('http://127.0.0.1:23030'))
    return { url: url.replace('http://127.0.0.1:23030', target.worker ?? ''), store: false }
  return { url: url.replace(target.publicUrl, target.web), store: false }
}
