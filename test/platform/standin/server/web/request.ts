import type { IncomingMessage } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { HttpError } from './errors.ts'

const limit = 4.5 * 1024 * 1024

export type Call = {
  request: IncomingMessage
  method: string
  path: string
  query: URLSearchParams
  /** Named parts of the path, decoded. */
  params: Record<string, string>
  cookies: Record<string, string>
  raw(): Promise<Buffer>
}

export function cookiesOf(request: IncomingMessage): Record<string, string> {
  const pairs = (request.headers.cookie ?? '').split(/; */).filter(Boolean)
  return Object.fromEntries(
    pairs.map(pair => {
      const at = pair.indexOf('=')
      return [pair.slice(0, at), decodeURIComponent(pair.slice(at + 1))]
    }),
  )
}

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > limit * 10) throw new HttpError(413, { text: 'Body exceeded 4.5mb limit' })
    chunks.push(chunk)
  }
  const body = Buffer.concat(chunks)
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
}

/** A JSON body; what is not JSON is answered with the words of Next.js. */
export async function json(call: Call): Promise<unknown> {
  const body = await call.raw()
  if (body.length > limit) throw new HttpError(413, { text: 'Body exceeded 4.5mb limit' })
  const text = body.toString()
  if (text === '') return {}
  try {
    return JSON.parse(text)
  } catch {
    throw new HttpError(400, { text: 'Invalid JSON' })
  }
}

/** Form or JSON fields, as the login endpoints take either. */
export async function fields(call: Call): Promise<Record<string, string>> {
  const text = (await call.raw()).toString()
  if (/json/.test(call.request.headers['content-type'] ?? ''))
    return text ? (JSON.parse(text) as Record<string, string>) : {}
  return Object.fromEntries(new URLSearchParams(text))
}
