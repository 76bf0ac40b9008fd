import type { Secret } from '../../config/secret.ts'

export interface ApiKeys {
  readonly publicKey: string
  readonly secretKey: Secret
}

export interface Answer {
  readonly status: number
  readonly body: unknown
  readonly headers: Headers
}

/** Langfuse's HTTP interface. `public` goes to its public host, `web` and `worker` to the pods through the API server. */
export interface LangfusePort {
  request(
    where: 'public' | 'web' | 'worker',
    request: {
      readonly path: string
      readonly method?: string
      readonly keys?: ApiKeys
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: unknown
      readonly signal: AbortSignal
    },
  ): Promise<Answer>
}
