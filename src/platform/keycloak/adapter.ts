import { Secret } from '../../config/secret.ts'
import { AdminApi, type KeycloakOptions } from './admin-api.ts'
import type { KeycloakClient, KeycloakPort, KeycloakUser } from './port.ts'
import { realmRoles } from './roles.ts'

/** Keycloak's ClientRepresentation as far as we use it; `id` is its internal UUID. */
interface RawClient extends Partial<KeycloakClient> {
  readonly id: string
  readonly clientId: string
}

interface RawScope {
  readonly id: string
  readonly name: string
}

interface RawUser {
  readonly id: string
  readonly username: string
  readonly email?: string
  readonly enabled?: boolean
}

const MOST_USERS = '50'

export function keycloakAdapter(options: KeycloakOptions): KeycloakPort & { close(): Promise<void> } {
  const api = new AdminApi(options)
  const realm = `/realms/${encodeURIComponent(options.realm)}`

  const find = async (clientId: string, signal: AbortSignal): Promise<RawClient | undefined> => {
    const found = await api.ask<RawClient[]>({ path: `${realm}/clients`, query: { clientId }, signal })
    return found?.find(client => client.clientId === clientId)
  }

  return {
    async login(signal) {
      const claims = await api.logIn(signal)
      const info = await api.ask<{ systemInfo?: { version?: string } }>({ path: '/serverinfo', signal })
      return {
        version: info?.systemInfo?.version ?? 'unknown',
        roles: await realmRoles(api, { realm: options.realm, claims, signal }),
      }
    },
    async realms(signal) {
      const realms = await api.need<{ realm: string }[]>({
        path: '/realms',
        query: { briefRepresentation: 'true' },
        signal,
      })
      return realms.map(({ realm }) => realm)
    },
    async realm(signal) {
      const found = await api.ask<{ enabled?: boolean; defaultSignatureAlgorithm?: string }>({
        path: realm,
        signal,
      })
      if (!found) return undefined
      const scopes = await api.need<RawScope[]>({ path: `${realm}/client-scopes`, signal })
      return {
        enabled: found.enabled === true,
        // Unset means Keycloak's own default.
        signatureAlgorithm: found.defaultSignatureAlgorithm || 'RS256',
        scopes: scopes.map(({ name }) => name),
      }
    },
    async users({ group, username }, signal) {
      const query = { max: MOST_USERS, ...(username && { username, exact: 'true' }) }
      if (!group) return users(await api.need<RawUser[]>({ path: `${realm}/users`, query, signal }))
      const groups = await api.need<RawScope[]>({
        path: `${realm}/groups`,
        query: { search: group, exact: 'true' },
        signal,
      })
      const found = groups.find(({ name }) => name === group)
      if (!found) return []
      const path = `${realm}/groups/${found.id}/members`
      const members = users(await api.need<RawUser[]>({ path, query: { max: MOST_USERS }, signal }))
      return username ? members.filter(member => member.username === username) : members
    },
    async client(clientId, signal) {
      const found = await find(clientId, signal)
      return found && clientOf(found)
    },
    async clientSecret(clientId, signal) {
      const found = await find(clientId, signal)
      if (!found) return undefined
      const secret = await api.ask<{ value?: string }>({
        path: `${realm}/clients/${found.id}/client-secret`,
        signal,
      })
      return secret?.value ? new Secret(secret.value) : undefined
    },
    async putClient(client, secret, signal) {
      const before = await find(client.clientId, signal)
      const body = { ...client, secret: secret.reveal() }
      if (before) await api.need({ method: 'PUT', path: `${realm}/clients/${before.id}`, body, signal })
      else await api.need({ method: 'POST', path: `${realm}/clients`, body, signal })
      await repairScopes(client, signal)
    },
    async removeClient(clientId, signal) {
      const found = await find(clientId, signal)
      if (!found) return false
      await api.ask({ method: 'DELETE', path: `${realm}/clients/${found.id}`, signal })
      return true
    },
    close: () => api.close(),
  }

  /** Scopes that the realm does not have are left out, as Keycloak itself does when it creates a client. */
  async function repairScopes(client: KeycloakClient, signal: AbortSignal): Promise<void> {
    const now = await find(client.clientId, signal)
    if (!now) return
    const scopes = await api.need<RawScope[]>({ path: `${realm}/client-scopes`, signal })
    const idOf = new Map(scopes.map(({ name, id }) => [name, id]))
    const sides = [
      {
        list: 'default-client-scopes',
        wanted: client.defaultClientScopes,
        has: now.defaultClientScopes ?? [],
      },
      {
        list: 'optional-client-scopes',
        wanted: client.optionalClientScopes,
        has: now.optionalClientScopes ?? [],
      },
    ]
    // Everything is taken away before anything is added: a scope cannot be on both sides.
    for (const method of ['DELETE', 'PUT'] as const) {
      for (const { list, wanted, has } of sides) {
        const names =
          method === 'PUT'
            ? wanted.filter(name => !has.includes(name))
            : has.filter(name => !wanted.includes(name))
        for (const name of names) {
          const id = idOf.get(name)
          if (id) await api.need({ method, path: `${realm}/clients/${now.id}/${list}/${id}`, signal })
        }
      }
    }
  }
}

function users(raw: readonly RawUser[]): readonly KeycloakUser[] {
  return raw.map(({ id, username, email, enabled }) => ({ id, username, email, enabled: enabled === true }))
}

function clientOf(raw: RawClient): KeycloakClient {
  return {
    clientId: raw.clientId,
    name: raw.name,
    description: raw.description,
    enabled: raw.enabled === true,
    protocol: 'openid-connect',
    publicClient: raw.publicClient === true,
    standardFlowEnabled: raw.standardFlowEnabled === true,
    implicitFlowEnabled: raw.implicitFlowEnabled === true,
    directAccessGrantsEnabled: raw.directAccessGrantsEnabled === true,
    serviceAccountsEnabled: raw.serviceAccountsEnabled === true,
    redirectUris: raw.redirectUris ?? [],
    webOrigins: raw.webOrigins ?? [],
    attributes: raw.attributes ?? {},
    defaultClientScopes: raw.defaultClientScopes ?? [],
    optionalClientScopes: raw.optionalClientScopes ?? [],
  }
}
