import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import WebSocket from 'ws'
import { ProblemError } from '../../engine/problem.ts'
import { abortError } from '../connection/abort.ts'
import { type Access, Credentials } from './credentials.ts'
import { type Asked, statusProblem, throwStatus, transportProblem } from './errors.ts'
import type { Kubeconfig } from './kubeconfig.ts'

export interface KubeRequest extends Asked {
  readonly method?: string
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly body?: unknown
  readonly contentType?: string
  readonly signal: AbortSignal
}

/** Silence of the API server that we take for its absence. Watches are silent for minutes and have no such limit. */
const SILENCE_MS = 30_000
/** One answer; a list of all Secrets of a big cluster is some megabytes. */
const MAX_BODY = 256 * 1024 * 1024

/** HTTP and WebSockets to the API server, with the kubeconfig's login and our name on every request. */
export class Transport {
  readonly server: string
  readonly #userAgent: string
  readonly #credentials: Credentials
  readonly #open = new Set<{ destroy(): void }>()

  constructor(kubeconfig: Kubeconfig, version: string) {
    this.server = kubeconfig.server.replace(/\/+$/, '')
    this.#userAgent = `thinkube-langfuse/${version}`
    this.#credentials = new Credentials(kubeconfig)
  }

  /** The JSON of a 2xx answer; a Problem for anything else. */
  async json<T>(request: KubeRequest): Promise<T> {
    const { status, body } = await this.send(request)
    if (status < 200 || status > 299) throwStatus(status, body, request)
    return JSON.parse(body) as T
  }

  /** Status and text of any answer; a Problem when there is none. */
  async send(request: KubeRequest): Promise<{ readonly status: number; readonly body: string }> {
    const first = await this.#request(request, SILENCE_MS)
    const answer = { status: first.response.statusCode ?? 0, body: await this.#text(first.response, request) }
    if (answer.status !== 401) return answer
    this.#credentials.forget(first.access)
    const { response } = await this.#request(request, SILENCE_MS)
    return { status: response.statusCode ?? 0, body: await this.#text(response, request) }
  }

  /** The body of a 2xx answer as it comes in, for watches. Destroy it when done. */
  async stream(request: KubeRequest): Promise<IncomingMessage> {
    const { response } = await this.#request(request, 0)
    const status = response.statusCode ?? 0
    if (status >= 200 && status <= 299) return response
    return throwStatus(status, await this.#text(response, request), request)
  }

  /** An open WebSocket, paused: resume it when you listen. Or the Problem in the server's answer. The caller closes it. */
  async websocket(request: KubeRequest & { readonly protocols: readonly string[] }): Promise<WebSocket> {
    const { signal, protocols } = request
    if (signal.aborted) throw abortError(signal)
    const access = await this.#credentials.get()
    const socket = new WebSocket(this.#url(request).href.replace(/^http/, 'ws'), [...protocols], {
      ...access.tls,
      headers: { ...access.headers, 'User-Agent': this.#userAgent },
      auth: access.auth,
      agent: access.proxy,
      handshakeTimeout: SILENCE_MS,
      perMessageDeflate: false,
      skipUTF8Validation: true,
    })
    const handle = { destroy: () => socket.terminate() }
    this.#open.add(handle)
    socket.once('close', () => this.#open.delete(handle))
    return new Promise((resolve, reject) => {
      const abort = () => {
        reject(abortError(signal))
        socket.terminate()
      }
      signal.addEventListener('abort', abort, { once: true })
      const settle = () => signal.removeEventListener('abort', abort)
      // Stays for the socket's life: an 'error' without a listener would end the process.
      socket.on('error', error => {
        settle()
        reject(new ProblemError(transportProblem(error, this.server)))
      })
      socket.once('upgrade', ({ socket: raw }) => raw.setKeepAlive(true, 20_000))
      socket.once('unexpected-response', (_, response: IncomingMessage) => {
        settle()
        if (response.statusCode === 401) this.#credentials.forget(access)
        this.#text(response, request)
          .then(
            body => reject(new ProblemError(statusProblem(response.statusCode ?? 0, body, request))),
            reject,
          )
          .finally(() => socket.terminate())
      })
      socket.once('open', () => {
        settle()
        // What came with the handshake would otherwise be read before the caller listens.
        socket.pause()
        resolve(socket)
      })
    })
  }

  async close(): Promise<void> {
    for (const handle of this.#open) handle.destroy()
    await this.#credentials.close()
  }

  #url({ path, query }: KubeRequest): URL {
    const url = new URL(this.server + path)
    for (const [name, value] of Object.entries(query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value))
    }
    return url
  }

  async #request(
    request: KubeRequest,
    silence: number,
  ): Promise<{ readonly response: IncomingMessage; readonly access: Access }> {
    const { signal, body } = request
    if (signal.aborted) throw abortError(signal)
    const access = await this.#credentials.get()
    const url = this.#url(request)
    const payload = body === undefined ? undefined : JSON.stringify(body)
    const headers: Record<string, string | number> = {
      ...access.headers,
      'User-Agent': this.#userAgent,
      Accept: 'application/json',
    }
    if (payload !== undefined) {
      headers['Content-Type'] = request.contentType ?? 'application/json'
      headers['Content-Length'] = Buffer.byteLength(payload)
    }
    const module = url.protocol === 'https:' ? https : http
    return new Promise((resolve, reject) => {
      const { agent, auth } = access
      const outgoing = module.request(url, { method: request.method ?? 'GET', agent, auth, headers, signal })
      this.#open.add(outgoing)
      outgoing.once('close', () => this.#open.delete(outgoing))
      outgoing.setTimeout(silence, () => outgoing.destroy(new Error(`no answer within ${silence / 1000} s`)))
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        // A kept connection that the server closed just now: a read may simply be asked again.
        const stale = outgoing.reusedSocket && error.code === 'ECONNRESET' && outgoing.method === 'GET'
        if (stale && !signal.aborted) resolve(this.#request(request, silence))
        else
          reject(signal.aborted ? abortError(signal) : new ProblemError(transportProblem(error, this.server)))
      })
      outgoing.once('response', response => resolve({ response, access }))
      outgoing.end(payload)
    })
  }

  async #text(response: IncomingMessage, { signal }: KubeRequest): Promise<string> {
    const chunks: Buffer[] = []
    let size = 0
    try {
      for await (const chunk of response) {
        size += (chunk as Buffer).length
        if (size > MAX_BODY) throw new Error(`the answer is larger than ${MAX_BODY} bytes`)
        chunks.push(chunk as Buffer)
      }
    } catch (error) {
      throw signal.aborted ? abortError(signal) : new ProblemError(transportProblem(error, this.server))
    }
    return Buffer.concat(chunks).toString('utf8')
  }
}
