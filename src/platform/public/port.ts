export interface PublicAnswer {
  readonly status: number
  readonly headers: Headers
  text(): Promise<string>
  json(): Promise<unknown>
  /** Evidence: how the host was reached. */
  readonly via: 'dns' | 'gateway'
  /** The certificate the host showed; undefined over plain http. */
  readonly certificate?: {
    readonly subject: string
    readonly issuer: string
    readonly validTo: Date
    readonly names: readonly string[]
  }
}

export interface PublicRequest {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Redirects are never followed. */
  readonly signal: AbortSignal
}

/**
 * The platform's public https hosts, as a browser sees them: by DNS and port 443 where the name resolves from here,
 * else through the API server to the gateway's pod with the right server name and Host. TLS is always verified.
 */
export interface PublicPort {
  fetch(url: string, request: PublicRequest): Promise<PublicAnswer>
}
