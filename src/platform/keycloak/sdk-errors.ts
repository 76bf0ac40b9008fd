import { NetworkError } from '@keycloak/keycloak-admin-client'
import { ProblemError } from '../../engine/problem.ts'
import { type KeycloakWhere, keycloakRefusal, keycloakUnreachable } from './errors.ts'

/** Status of the answer, when the admin client failed because of one. */
export function refusedStatus(thrown: unknown): number | undefined {
  return thrown instanceof NetworkError ? thrown.response.status : undefined
}

/** What an error of the admin client means; nothing of the error itself is kept but Keycloak's own words. */
export function sdkProblem(thrown: unknown, asked: string, where: KeycloakWhere): ProblemError {
  if (thrown instanceof NetworkError) {
    const { status, headers } = thrown.response
    const body = Buffer.from(JSON.stringify(thrown.responseData))
    return new ProblemError(keycloakRefusal({ status, headers, body }, asked, where))
  }
  // Its message would quote the answer, which may hold a token.
  if (thrown instanceof SyntaxError) return keycloakUnreachable(new Error('its answer is not JSON'), where)
  // `fetch` says "fetch failed"; what went wrong is the cause.
  const reason = thrown instanceof TypeError && thrown.cause ? thrown.cause : thrown
  return keycloakUnreachable(reason, where)
}
