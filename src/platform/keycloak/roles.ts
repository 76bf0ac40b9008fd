import type { AdminApi } from './admin-api.ts'

interface Asked {
  readonly realm: string
  readonly claims: Readonly<Record<string, unknown>>
  readonly signal: AbortSignal
}

/**
 * What the login may do in a realm. A full token of realm master lists it under `<realm>-realm`; `admin-cli` of newer
 * servers gets a light token without roles, so the realm is asked: reads are tried, and what a client in the list
 * says about `access` tells whether clients may be changed.
 */
export async function realmRoles(
  api: AdminApi,
  { realm, claims, signal }: Asked,
): Promise<readonly string[]> {
  const access = claims.resource_access as
    | Readonly<Record<string, { readonly roles?: readonly string[] }>>
    | undefined
  const listed = access?.[`${realm}-realm`]?.roles
  if (listed) return listed
  const path = `/realms/${encodeURIComponent(realm)}`
  const roles: string[] = []
  if ((await api.status({ path, signal })) === 200) roles.push('view-realm')
  if ((await api.status({ path: `${path}/users`, query: { max: '1' }, signal })) === 200)
    roles.push('view-users')
  const clients = `${path}/clients`
  if ((await api.status({ path: clients, query: { max: '1' }, signal })) === 200) {
    roles.push('view-clients')
    const [one] = await api.need<{ access?: { manage?: boolean; configure?: boolean } }[]>({
      path: clients,
      query: { max: '1' },
      signal,
    })
    if (one?.access?.manage ?? one?.access?.configure) roles.push('manage-clients')
  }
  return roles
}
