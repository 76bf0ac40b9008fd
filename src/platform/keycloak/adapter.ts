import { Secret } from '../../config/secret.ts'
import { AdminSession, type KeycloakOptions } from './admin-session.ts'
import type { KeycloakPort } from './port.ts'
import { clientOf, representationOf, userOf } from './representation.ts'
import { realmRoles } from './roles.ts'
import { repairScopes } from './scopes.ts'

const MOST_USERS = 50

/** The admin client then answers null. */
const MAY_BE_MISSING = { catchNotFound: true } as const

export function keycloakAdapter(options: KeycloakOptions): KeycloakPort & { close(): Promise<void> } {
  const session = new AdminSession(options)
  const { realm } = options

  const find = async (clientId: string, signal: AbortSignal) => {
    const found = await session.call(`find the client ${clientId}`, signal, ({ clients }) =>
      clients.find({ clientId }, MAY_BE_MISSING),
    )
    return found?.find(client => client.clientId === clientId)
  }

  return {
    async login(signal) {
      const claims = await session.logIn(signal)
      const info = await session.call('read the server info', signal, ({ serverInfo }) =>
        serverInfo.find({}, MAY_BE_MISSING),
      )
      return {
        version: info?.systemInfo?.version ?? 'unknown',
        roles: await realmRoles(session, { realm, claims, signal }),
      }
    },
    async realms(signal) {
      const found = await session.call('list the realms', signal, ({ realms }) =>
        realms.find({ briefRepresentation: true }),
      )
      return found.map(({ realm = '' }) => realm)
    },
    async realm(signal) {
      const found = await session.call('read the realm', signal, ({ realms }) => realms.findOne({ realm }))
      if (!found) return undefined
      const scopes = await session.call('list the client scopes', signal, ({ clientScopes }) =>
        clientScopes.find(),
      )
      return {
        enabled: found.enabled === true,
        // Unset means Keycloak's own default.
        signatureAlgorithm: found.defaultSignatureAlgorithm || 'RS256',
        scopes: scopes.map(({ name = '' }) => name),
      }
    },
    async users({ group, username }, signal) {
      if (!group) {
        const query = { max: MOST_USERS, ...(username && { username, exact: true }) }
        const found = await session.call('find users', signal, ({ users }) => users.find(query))
        return found.map(userOf)
      }
      const groups = await session.call('find groups', signal, ({ groups }) =>
        groups.find({ search: group, exact: true }),
      )
      const id = groups.find(({ name }) => name === group)?.id
      if (!id) return []
      const found = await session.call('list the members of a group', signal, ({ groups }) =>
        groups.listMembers({ id, max: MOST_USERS }),
      )
      const members = (found ?? []).map(userOf)
      return username ? members.filter(member => member.username === username) : members
    },
    async client(clientId, signal) {
      const found = await find(clientId, signal)
      return found && clientOf(found)
    },
    async clientSecret(clientId, signal) {
      const id = (await find(clientId, signal))?.id
      if (!id) return undefined
      const secret = await session.call('read the secret of a client', signal, ({ clients }) =>
        clients.getClientSecret({ id }, MAY_BE_MISSING),
      )
      return secret?.value ? new Secret(secret.value) : undefined
    },
    async putClient(client, secret, signal) {
      const { clientId } = client
      const body = representationOf(client, secret)
      const id = (await find(clientId, signal))?.id
      if (id)
        await session.call(`update the client ${clientId}`, signal, sdk => sdk.clients.update({ id }, body))
      else await session.call(`create the client ${clientId}`, signal, sdk => sdk.clients.create(body))
      const now = await find(clientId, signal)
      if (now) await repairScopes(session, client, now, signal)
    },
    async removeClient(clientId, signal) {
      const id = (await find(clientId, signal))?.id
      if (!id) return false
      await session.call(`remove the client ${clientId}`, signal, ({ clients }) =>
        clients.del({ id }, MAY_BE_MISSING),
      )
      return true
    },
    close: () => session.close(),
  }
}
