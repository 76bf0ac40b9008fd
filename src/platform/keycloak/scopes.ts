import type { AdminSession } from './admin-session.ts'
import type { KeycloakClient } from './port.ts'

/** A client as Keycloak has it; `id` is its internal UUID. */
interface Found {
  readonly id?: string
  readonly defaultClientScopes?: readonly string[]
  readonly optionalClientScopes?: readonly string[]
}

/**
 * Gives and takes scopes one by one, since Keycloak's PUT of a client ignores them. Scopes that the realm does not
 * have are left out, as Keycloak itself does when it creates a client.
 */
export async function repairScopes(
  session: AdminSession,
  client: KeycloakClient,
  now: Found,
  signal: AbortSignal,
): Promise<void> {
  const { id = '' } = now
  const scopes = await session.call('list the client scopes', signal, sdk => sdk.clientScopes.find())
  const idOf = new Map(scopes.map(scope => [scope.name, scope.id]))
  const byDefault = changes(client.defaultClientScopes, now.defaultClientScopes)
  const optional = changes(client.optionalClientScopes, now.optionalClientScopes)
  const each = async (
    names: readonly string[],
    change:
      | 'addDefaultClientScope'
      | 'addOptionalClientScope'
      | 'delDefaultClientScope'
      | 'delOptionalClientScope',
  ) => {
    for (const name of names) {
      const clientScopeId = idOf.get(name)
      if (!clientScopeId) continue
      const asked = `${change.startsWith('add') ? 'give' : 'take'} the client scope ${name}`
      await session.call(asked, signal, ({ clients }) => clients[change]({ id, clientScopeId }))
    }
  }
  // Everything is taken away before anything is added: a scope cannot be on both sides.
  await each(byDefault.extra, 'delDefaultClientScope')
  await each(optional.extra, 'delOptionalClientScope')
  await each(byDefault.missing, 'addDefaultClientScope')
  await each(optional.missing, 'addOptionalClientScope')
}

function changes(wanted: readonly string[], has: readonly string[] = []) {
  return {
    extra: has.filter(name => !wanted.includes(name)),
    missing: wanted.filter(name => !has.includes(name)),
  }
}
