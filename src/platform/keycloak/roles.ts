import type KeycloakAdminClient from '@keycloak/keycloak-admin-client'
import { ProblemError } from '../../engine/problem.ts'
import type { AdminSession, Claims } from './admin-session.ts'

interface Asked {
  readonly realm: string
  readonly claims: Claims
  readonly signal: AbortSignal
}

/**
 * What the login may do in a realm. A full token of realm master lists it under `<realm>-realm`; `admin-cli` of newer
 * servers gets a light token without roles, so the realm is asked: reads are tried, and what a client in the list
 * says about `access` tells whether clients may be changed.
 */
export async function realmRoles(
  session: AdminSession,
  { realm, claims, signal }: Asked,
): Promise<readonly string[]> {
  const access = claims.resource_access as
    | Readonly<Record<string, { readonly roles?: readonly string[] }>>
    | undefined
  const listed = access?.[`${realm}-realm`]?.roles
  if (listed) return listed
  const granted = async <T>(work: (client: KeycloakAdminClient) => Promise<T>): Promise<T | undefined> => {
    try {
      return await session.call('see what the login may do', signal, work)
    } catch (error) {
      if (error instanceof ProblemError && NOT_GRANTED.includes(error.problem.code)) return undefined
      throw error
    }
  }
  const roles: string[] = []
  if (await granted(({ realms }) => realms.findOne({ realm }))) roles.push('view-realm')
  if (await granted(({ users }) => users.find({ max: 1 }))) roles.push('view-users')
  const clients = await granted(({ clients }) => clients.find({ max: 1 }))
  if (clients) {
    roles.push('view-clients')
    const access: Readonly<Record<string, boolean>> | undefined = clients[0]?.access
    if (access?.manage ?? access?.configure) roles.push('manage-clients')
  }
  return roles
}

const NOT_GRANTED: readonly string[] = ['keycloak/forbidden', 'keycloak/missing']
