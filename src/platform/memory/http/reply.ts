import type { Runtime } from '../runtime.ts'

export interface Request {
  /** With its query. */
  readonly path: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array | undefined
  /** As the client addressed it; presigned URLs and cookies depend on it. */
  readonly host: string
  readonly signal: AbortSignal
}

export interface Reply {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
}

export const json = (status: number, body: unknown, headers?: Reply['headers']): Reply => ({
  status,
  body,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
})

export const html = (status: number, body: string, headers?: Reply['headers']): Reply => ({
  status,
  body,
  headers: { 'content-type': 'text/html; charset=utf-8', ...headers },
})

export const redirect = (location: string, headers?: Reply['headers']): Reply => ({
  status: 302,
  body: '',
  headers: { location, ...headers },
})

export function header(request: Request, name: string): string | undefined {
  return Object.entries(request.headers).find(([key]) => key.toLowerCase() === name)?.[1]
}

export function textOf({ body }: Request): string {
  if (body === undefined) return ''
  return typeof body === 'string' ? body : Buffer.from(body).toString('utf8')
}

export function jsonOf(request: Request): unknown {
  try {
    return JSON.parse(textOf(request)) as unknown
  } catch {
    // Whoever asked answers that it is no JSON, in its own words.
    return undefined
  }
}

export const formOf = (request: Request): URLSearchParams => new URLSearchParams(textOf(request))

export function cookiesOf(request: Request): ReadonlyMap<string, string> {
  const pairs = (header(request, 'cookie') ?? '').split(/;\s*/).filter(one => one.includes('='))
  return new Map(pairs.map(one => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)]))
}

/** A request that nobody answers: it ends when its client gives up. */
export async function hang({ changed }: Runtime, signal: AbortSignal): Promise<never> {
  for (;;) await changed(signal)
}
