import { Secret } from '../../config/secret.ts'
import type { Settings } from '../../config/settings.ts'
import { raise } from '../../engine/problem.ts'
import { keycloakRefusal, keycloakUnreachable } from '../keycloak/errors.ts'
import type { KeycloakClient, KeycloakPort } from '../keycloak/port.ts'
import type { Runtime } from './runtime.ts'
import { connect, nameOf } from './stores.ts'

export function memoryKeycloak(runtime: Runtime, settings: Pick<Settings, 'keycloak'>): KeycloakPort {
  const { world } = runtime
  const { admin, target, realm: realmName } = settings.keycloak
  const where = {
    name: nameOf(target),
    namespace: target.namespace,
    user: admin.user,
    realm: realmName,
  }
  const failed = (status: number, asked: string, body: Readonly<Record<string, string>>): never =>
    raise(
      keycloakRefusal(
        { status, headers: new Headers(), body: Buffer.from(JSON.stringify(body)) },
        asked,
        where,
      ),
    )
  const reach = () => {
    try {
      connect(world, target)
    } catch (thrown) {
      throw keycloakUnreachable(thrown, where)
    }
  }
  const open = () => {
    reach()
    const { user, password } = world.keycloak.admin
    if (admin.user !== user || admin.password.reveal() !== password)
      failed(401, 'log in', { error: 'invalid_grant', error_description: 'Invalid user credentials' })
    return world.keycloak
  }
  const realm = () =>
    open().realms[realmName] ?? failed(404, `look at realm ${realmName}`, { error: 'Realm not found.' })
  const manage = () => {
    const found = realm()
    if (!world.keycloak.admin.roles.includes('manage-clients'))
      failed(403, 'change a client', { error: 'unknown_error' })
    return found
  }
  return {
    async login() {
      const { version, admin: found } = open()
      return { version, roles: [...found.roles] }
    },
    async realms() {
      return Object.keys(open().realms)
    },
    async realm() {
      const found = open().realms[realmName]
      return (
        found && {
          enabled: found.enabled,
          signatureAlgorithm: found.signatureAlgorithm,
          scopes: [...found.scopes],
        }
      )
    },
    async users({ group, username }) {
      return realm()
        .users.filter(user => username === undefined || user.username === username)
        .filter(user => group === undefined || user.groups.includes(group))
        .slice(0, 50)
        .map(({ id, username: name, email, enabled }) => ({ id, username: name, email, enabled }))
    },
    async client(clientId) {
      return realm().clients[clientId]?.representation as KeycloakClient | undefined
    },
    async clientSecret(clientId) {
      const found = realm().clients[clientId]
      return found && new Secret(found.secret)
    },
    async putClient(client, secret) {
      const found = manage()
      const known = (scopes: readonly string[]) => scopes.filter(scope => found.scopes.includes(scope))
      found.clients[client.clientId] = {
        representation: {
          ...client,
          attributes: {
            ...(found.clients[client.clientId]?.representation.attributes as
              | Record<string, string>
              | undefined),
            ...client.attributes,
          },
          // Names that the realm does not have are logged there and left out.
          defaultClientScopes: known(client.defaultClientScopes),
          optionalClientScopes: known(client.optionalClientScopes),
        },
        secret: secret.reveal(),
      }
      runtime.touch()
    },
    async removeClient(clientId) {
      const { clients } = manage()
      if (!clients[clientId]) return false
      delete clients[clientId]
      runtime.touch()
      return true
    },
  }
}
