import http from 'node:http'
import type { Duplex } from 'node:stream'
import { Agent, request as send } from 'undici'
import { abortError } from './abort.ts'

export interface HttpAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: Buffer
}

export interface HttpRequest {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly signal: AbortSignal
}

export interface HttpClient {
  /** One exchange; redirects are answers like any other, and nothing is tried twice. */
  fetch(url: string, request: HttpRequest): Promise<HttpAnswer>
  close(): Promise<void>
}

/** A connection that is kept for the next request is given up after this silence, before servers give it up (3 s and more). */
const KEEP_MS = 2_000

export type OpenStream = (
  host: { readonly hostname: string; readonly port: number; readonly secure: boolean },
  signal: AbortSignal,
) => Promise<Duplex>

/**
 * HTTP over connections that `open` makes; the signal it gets is aborted when the agent is closed, since a connection
 * outlives the request that needed it first. `open` resolves when bytes can be sent.
 */
export function fetchAgent(open: OpenStream): { readonly dispatcher: Agent; close(): Promise<void> } {
  const life = new AbortController()
  const dispatcher = new Agent({
    keepAliveTimeout: KEEP_MS,
    keepAliveMaxTimeout: KEEP_MS,
    headersTimeout: 120_000,
    bodyTimeout: 120_000,
    connect: ({ hostname, port, protocol }, done) => {
      const secure = protocol === 'https:'
      open({ hostname, port: Number(port) || (secure ? 443 : 80), secure }, life.signal).then(
        stream => done(null, stream as Parameters<typeof done>[1] & Duplex),
        (error: unknown) => done(error instanceof Error ? error : new Error('no connection'), null),
      )
    },
  })
  return {
    dispatcher,
    close() {
      life.abort()
      return dispatcher.destroy()
    },
  }
}

/** An HTTP client over a `fetchAgent` of its own. */
export function httpClient(open: OpenStream): HttpClient {
  const { dispatcher, close } = fetchAgent(open)
  return {
    async fetch(url, { method = 'GET', headers, body, signal }) {
      if (signal.aborted) throw abortError(signal)
      try {
        const answer = await send(url, { dispatcher, method: method as 'GET', headers, body, signal })
        const bytes = Buffer.from(await answer.body.arrayBuffer())
        return { status: answer.statusCode, headers: headersOf(answer.headers), body: bytes }
      } catch (error) {
        throw signal.aborted ? abortError(signal) : error
      }
    },
    close,
  }
}

/** Resolves when a connecting stream has connected. */
export function connected<T extends Duplex & { readonly connecting?: boolean }>(stream: T): Promise<T> {
  if (stream.connecting === false) return Promise.resolve(stream)
  return new Promise((resolve, reject) => {
    stream.once('error', reject)
    stream.once('connect', () => {
      stream.off('error', reject)
      resolve(stream)
    })
  })
}

/** For SDKs that speak through `node:http`: the same connections as an agent. Destroy it when done. */
export class StreamAgent extends http.Agent {
  readonly #open: (signal: AbortSignal) => Duplex
  readonly #life = new AbortController()

  constructor(open: (signal: AbortSignal) => Duplex, { keepAlive = true }: { keepAlive?: boolean } = {}) {
    super({ keepAlive, timeout: keepAlive ? KEEP_MS : undefined, maxSockets: 8 })
    this.#open = open
  }

  override createConnection(): Duplex {
    return this.#open(this.#life.signal)
  }

  override destroy(): void {
    this.#life.abort()
    super.destroy()
  }
}

function headersOf(raw: Readonly<Record<string, string | string[] | undefined>>): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(raw)) {
    for (const one of Array.isArray(value) ? value : value === undefined ? [] : [value])
      headers.append(name, one)
  }
  return headers
}
