import KeycloakAdminClient from '@keycloak/keycloak-admin-client'
import type { RequestOptions } from '@keycloak/keycloak-admin-client/lib/client.js'
import type { Login, ServiceTarget } from '../../config/settings.ts'
import { ProblemError } from '../../engine/problem.ts'
import { abortError } from '../connection/abort.ts'
import type { Connections } from '../connection/connections.ts'
import { connected, fetchAgent } from '../connection/http.ts'
import type { KeycloakWhere } from './errors.ts'
import { refusedStatus, sdkProblem } from './sdk-errors.ts'

export interface KeycloakOptions {
  readonly connections: Connections
  readonly target: ServiceTarget
  /** Its public address: what its tokens are issued for. */
  readonly url: string
  readonly realm: string
  readonly admin: Login
}

export type Claims = Readonly<Record<string, unknown>>

interface Token {
  readonly value: string
  readonly claims: Claims
  /** On the monotonic clock: the server's clock may differ from ours. */
  readonly until: number
}

/** A token is given up this long before it ends. */
const SPARE_SECONDS = 15

/**
 * Keycloak's admin client behind the port-forward, logged in to realm master. Every call says by X-Forwarded headers
 * which public address it stands for: Keycloak compares the issuer of the token with the address it is asked at.
 */
export class AdminSession {
  readonly #options: KeycloakOptions
  readonly #agent: ReturnType<typeof fetchAgent>
  readonly #where: KeycloakWhere
  readonly #baseUrl: string
  readonly #headers: Readonly<Record<string, string>>
  #token: Token | undefined

  constructor(options: KeycloakOptions) {
    const { connections, target, url, realm, admin } = options
    const { namespace, service, port } = target
    const address = new URL(url)
    const secure = address.protocol === 'https:'
    this.#options = options
    this.#where = { name: `${namespace}/${service}:${port}`, namespace, user: admin.user, realm }
    this.#baseUrl = `http://${service}.${namespace}.svc:${port}${address.pathname.replace(/\/$/, '')}`
    this.#headers = {
      'X-Forwarded-Proto': secure ? 'https' : 'http',
      'X-Forwarded-Host': address.hostname,
      'X-Forwarded-Port': address.port || (secure ? '443' : '80'),
    }
    this.#agent = fetchAgent((_host, signal) => connected(connections.connect(target, signal)))
  }

  /** One call of the admin client for the realm; `asked` says in a Problem what it was for. */
  async call<T>(
    asked: string,
    signal: AbortSignal,
    work: (client: KeycloakAdminClient) => Promise<T>,
  ): Promise<T> {
    const attempt = async (): Promise<T> => {
      const { value } = await this.#login(signal)
      const client = this.#client(this.#options.realm, signal)
      // The client's own expiry check trusts our clock and would refresh by itself.
      client.registerTokenProvider({ getAccessToken: async () => value })
      return work(client)
    }
    return this.#translated(asked, signal, async () => {
      try {
        return await attempt()
      } catch (error) {
        if (refusedStatus(error) !== 401) throw error
        // The token ran out a moment before we thought so, or Keycloak was restarted with new keys.
        this.#token = undefined
        return attempt()
      }
    })
  }

  /** Claims of the token, a new one. */
  async logIn(signal: AbortSignal): Promise<Claims> {
    this.#token = undefined
    return (await this.#login(signal)).claims
  }

  close(): Promise<void> {
    return this.#agent.close()
  }

  async #login(signal: AbortSignal): Promise<Token> {
    if (this.#token && performance.now() < this.#token.until) return this.#token
    const { user, password } = this.#options.admin
    const value = await this.#translated('log in to realm master', signal, async () => {
      const client = this.#client('master', signal)
      await client.auth({
        grantType: 'password',
        clientId: 'admin-cli',
        username: user,
        password: password.reveal(),
      })
      return client.accessToken ?? ''
    })
    const claims = claimsOf(value)
    const seconds = Number(claims.exp) - Number(claims.iat) - SPARE_SECONDS
    this.#token = { value, claims, until: performance.now() + Math.max(0, seconds || 0) * 1000 }
    return this.#token
  }

  #client(realmName: string, signal: AbortSignal): KeycloakAdminClient {
    // Its type leaves out the signal and knows the dispatcher of an older undici; both go to `fetch` as they are.
    const requestOptions = {
      dispatcher: this.#agent.dispatcher,
      headers: this.#headers,
      redirect: 'manual',
      signal,
    } as unknown as RequestOptions
    return new KeycloakAdminClient({ baseUrl: this.#baseUrl, realmName, requestOptions })
  }

  /** The client's errors hold the answer and what was sent: none of them leaves, not even as a cause. */
  async #translated<T>(asked: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    if (signal.aborted) throw abortError(signal)
    try {
      return await work()
    } catch (error) {
      if (signal.aborted) throw abortError(signal)
      throw error instanceof ProblemError ? error : sdkProblem(error, asked, this.#where)
    }
  }
}

function claimsOf(token: string): Claims {
  const payload = token.split('.')[1]
  return payload ? (JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Claims) : {}
}
