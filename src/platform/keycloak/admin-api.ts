import type { Login, ServiceTarget } from '../../config/settings.ts'
import { ProblemError } from '../../engine/problem.ts'
import { abortError } from '../connection/abort.ts'
import type { Connections } from '../connection/connections.ts'
import { connected, type HttpAnswer, type HttpRequest, httpClient } from '../connection/http.ts'
import { type KeycloakWhere, keycloakRefusal, keycloakUnreachable } from './errors.ts'

export interface KeycloakOptions {
  readonly connections: Connections
  readonly target: ServiceTarget
  /** Its public address: what its tokens are issued for. */
  readonly url: string
  readonly realm: string
  readonly admin: Login
}

export interface AdminRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below `/admin`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly signal: AbortSignal
}

/**
 * Keycloak's admin REST API behind the port-forward. Every call says by X-Forwarded headers which public address it
 * stands for: Keycloak compares the issuer of the token with the address it is asked at.
 */
export class AdminApi {
  readonly #options: KeycloakOptions
  readonly #http: ReturnType<typeof httpClient>
  readonly #where: KeycloakWhere
  readonly #base: string
  readonly #forwarded: Readonly<Record<string, string>>
  #token: { readonly value: string; readonly until: number } | undefined

  constructor(options: KeycloakOptions) {
    const { connections, target, url, realm, admin } = options
    const { namespace, service, port } = target
    const address = new URL(url)
    const secure = address.protocol === 'https:'
    this.#options = options
    this.#where = { name: `${namespace}/${service}:${port}`, namespace, user: admin.user, realm }
    this.#base = `http://${service}.${namespace}.svc:${port}${address.pathname.replace(/\/$/, '')}`
    this.#forwarded = {
      'X-Forwarded-Proto': secure ? 'https' : 'http',
      'X-Forwarded-Host': address.hostname,
      'X-Forwarded-Port': address.port || (secure ? '443' : '80'),
    }
    this.#http = httpClient((_host, signal) => connected(connections.connect(target, signal)))
  }

  /** The parsed answer; undefined for 404. Anything else that is not 2xx is a Problem. */
  async ask<T>(request: AdminRequest): Promise<T | undefined> {
    const answer = await this.#send(request)
    if (answer.status === 404) return undefined
    return this.#parsed<T>(answer, request)
  }

  /** The same, for what must exist. */
  async need<T>(request: AdminRequest): Promise<T> {
    return this.#parsed<T>(await this.#send(request), request) as T
  }

  /** Status of a call whose refusal is an answer. */
  async status(request: AdminRequest): Promise<number> {
    return (await this.#send(request)).status
  }

  /** Claims of the token, a new one. */
  async logIn(signal: AbortSignal): Promise<Readonly<Record<string, unknown>>> {
    this.#token = undefined
    const token = await this.#accessToken(signal)
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Record<
      string,
      unknown
    >
  }

  close(): Promise<void> {
    return this.#http.close()
  }

  async #send(request: AdminRequest): Promise<HttpAnswer> {
    const first = await this.#once(request)
    if (first.status !== 401) return first
    // The token ran out a moment before we thought so, or Keycloak was restarted with new keys.
    this.#token = undefined
    return this.#once(request)
  }

  async #once({ method = 'GET', path, query, body, signal }: AdminRequest): Promise<HttpAnswer> {
    const search = query ? `?${new URLSearchParams(query)}` : ''
    const headers: Record<string, string> = {
      ...this.#forwarded,
      Authorization: `Bearer ${await this.#accessToken(signal)}`,
      Accept: 'application/json',
    }
    if (body !== undefined) headers['Content-Type'] = 'application/json'
    const payload = body === undefined ? undefined : JSON.stringify(body)
    return this.#exchange(`${this.#base}/admin${path}${search}`, { method, headers, body: payload, signal })
  }

  async #accessToken(signal: AbortSignal): Promise<string> {
    if (this.#token && performance.now() < this.#token.until) return this.#token.value
    const { admin } = this.#options
    const form = new URLSearchParams({
      grant_type: 'password',
      client_id: 'admin-cli',
      username: admin.user,
      password: admin.password.reveal(),
    })
    const answer = await this.#exchange(`${this.#base}/realms/master/protocol/openid-connect/token`, {
      method: 'POST',
      headers: { ...this.#forwarded, 'Content-Type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
      signal,
    })
    if (answer.status !== 200)
      throw new ProblemError(keycloakRefusal(answer, 'log in to realm master', this.#where))
    const token = JSON.parse(answer.body.toString('utf8')) as { access_token: string; expires_in: number }
    this.#token = {
      value: token.access_token,
      until: performance.now() + Math.max(0, token.expires_in - 15) * 1000,
    }
    return token.access_token
  }

  async #exchange(url: string, request: HttpRequest): Promise<HttpAnswer> {
    try {
      return await this.#http.fetch(url, request)
    } catch (error) {
      throw request.signal.aborted ? abortError(request.signal) : keycloakUnreachable(error, this.#where)
    }
  }

  #parsed<T>(answer: HttpAnswer, { method = 'GET', path }: AdminRequest): T | undefined {
    if (answer.status < 200 || answer.status > 299) {
      throw new ProblemError(keycloakRefusal(answer, `${method} ${path}`, this.#where))
    }
    return answer.body.length === 0 ? undefined : (JSON.parse(answer.body.toString('utf8')) as T)
  }
}
