import pLimit from 'p-limit'
import type { AccessRequest } from './port.ts'
import type { Transport } from './transport.ts'

interface SelfSubjectReview {
  readonly status?: {
    readonly userInfo?: { readonly username?: string; readonly groups?: readonly string[] }
  }
}

interface SelfSubjectAccessReview {
  readonly status?: { readonly allowed?: boolean }
}

/** Who the API server takes us for. */
export async function whoAmI(
  transport: Transport,
  signal: AbortSignal,
): Promise<{ readonly user: string; readonly groups: readonly string[] }> {
  const version = 'authentication.k8s.io/v1'
  const review = await transport.json<SelfSubjectReview>({
    method: 'POST',
    path: `/apis/${version}/selfsubjectreviews`,
    body: { apiVersion: version, kind: 'SelfSubjectReview' },
    verb: 'ask for',
    what: 'the own user',
    signal,
  })
  return { user: review.status?.userInfo?.username ?? '', groups: review.status?.userInfo?.groups ?? [] }
}

/** What we may do; a few questions at a time, so that a slow API server is not flooded. */
export async function can(
  transport: Transport,
  requests: readonly AccessRequest[],
  signal: AbortSignal,
): Promise<readonly boolean[]> {
  const version = 'authorization.k8s.io/v1'
  const limit = pLimit(8)
  return Promise.all(
    requests.map(request =>
      limit(async () => {
        const review = await transport.json<SelfSubjectAccessReview>({
          method: 'POST',
          path: `/apis/${version}/selfsubjectaccessreviews`,
          body: {
            apiVersion: version,
            kind: 'SelfSubjectAccessReview',
            spec: { resourceAttributes: request },
          },
          verb: 'ask about',
          what: 'own rights',
          signal,
        })
        return review.status?.allowed === true
      }),
    ),
  )
}
