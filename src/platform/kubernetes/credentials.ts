import http from 'node:http'
import https from 'node:https'
import type { SecureContextOptions } from 'node:tls'
import { ProblemError } from '../../engine/problem.ts'
import { credentialProblem } from './errors.ts'
import type { Kubeconfig } from './kubeconfig.ts'

/** What a request to the API server needs besides its path. Holds private keys: never print it. */
export interface Access {
  readonly headers: Readonly<Record<string, string>>
  readonly auth: string | undefined
  readonly tls: SecureContextOptions & { servername?: string; rejectUnauthorized?: boolean }
  /** Shared by requests. */
  readonly agent: http.Agent
  /** Set when the kubeconfig names a proxy; WebSockets go through it too. */
  readonly proxy: http.Agent | undefined
}

type Options = https.RequestOptions & { headers: Record<string, string | number | string[] | undefined> }

/**
 * Tokens and certificates of the kubeconfig, refreshed now and then: a plugin whose answer has no expiry would
 * otherwise be started for every single request.
 */
export class Credentials {
  readonly #kubeconfig: Kubeconfig
  #current: Promise<Access> | undefined
  #since = 0

  constructor(kubeconfig: Kubeconfig) {
    this.#kubeconfig = kubeconfig
  }

  get(): Promise<Access> {
    if (!this.#current || performance.now() - this.#since > 60_000) this.#renew()
    return this.#current!
  }

  /** After a 401: the next request asks the plugin or reads the files again. */
  forget(access: Access): void {
    this.#current = undefined
    access.agent.destroy()
  }

  async close(): Promise<void> {
    const current = this.#current
    this.#current = undefined
    if (!current) return
    const access = await current.catch(() => undefined)
    access?.agent.destroy()
    access?.proxy?.destroy()
  }

  #renew(): void {
    const previous = this.#current
    this.#since = performance.now()
    const made = this.#make(previous)
    this.#current = made
    made.catch(() => {
      if (this.#current === made) this.#current = undefined
    })
  }

  async #make(previous: Promise<Access> | undefined): Promise<Access> {
    const { config, server, execPlugin } = this.#kubeconfig
    const options = { headers: {} } as Options
    try {
      await config.applyToHTTPSOptions(options)
    } catch (error) {
      throw new ProblemError(credentialProblem(error, execPlugin))
    }
    const { ca, cert, key, pfx, passphrase, servername, rejectUnauthorized } = options
    const tls = { ca, cert, key, pfx, passphrase, servername, rejectUnauthorized }
    const headers = Object.fromEntries(
      Object.entries(options.headers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, String(value)] as const],
      ),
    )
    const proxied = Boolean(config.getCurrentCluster()?.proxyUrl)
    const before = await previous?.catch(() => undefined)
    const same = before !== undefined && sameKeys(before.tls, tls)
    const agent = proxied
      ? (options.agent as http.Agent)
      : same
        ? before.agent
        : new (server.startsWith('https:') ? https : http).Agent({ keepAlive: true, maxSockets: 24, ...tls })
    return { headers, auth: options.auth ?? undefined, tls, agent, proxy: proxied ? agent : undefined }
  }
}

function sameKeys(left: Access['tls'], right: Access['tls']): boolean {
  return (['ca', 'cert', 'key'] as const).every(
    name => String(left[name] ?? '') === String(right[name] ?? ''),
  )
}
