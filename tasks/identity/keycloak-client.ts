import type { Settings } from '../../src/config/settings.ts'
import { compared, type Difference } from '../../src/engine/task.ts'
import type { KeycloakClient } from '../../src/platform/keycloak/port.ts'
import { task } from '../define.ts'
import { keys } from './keys.ts'

/** The platform's OIDC client for Langfuse. Scopes are repaired too: Keycloak's own update ignores them. */
export const keycloakClient = task({
  id: 'identity/keycloak-client',
  title: 'Keycloak client created',
  system: 'Keycloak',
  subject: ({ settings }) => `client ${settings.keycloak.clientId} in realm ${settings.keycloak.realm}`,
  needs: { keys },
  async observe({ services, signal }, { keys }) {
    const { settings, keycloak } = services
    const output = { secret: keys.KEYCLOAK_CLIENT_SECRET }
    const found = await keycloak.client(settings.keycloak.clientId, signal)
    if (!found) return { is: 'absent', expected: output }
    if (
      found.redirectUris.length > 0 &&
      !found.redirectUris.some(uri => uri.startsWith(`https://${settings.host}/`))
    ) {
      return {
        is: 'foreign',
        owner: `an application at ${found.redirectUris[0]}`,
        nextSteps: ['Choose another client in the settings file: keycloak.clientId'],
      }
    }
    const [realm, secret] = await Promise.all([
      keycloak.realm(signal),
      keycloak.clientSecret(settings.keycloak.clientId, signal),
    ])
    const differences = [
      ...clientDifferences(found, wantedClient(settings), realm?.scopes ?? []),
      ...(secret?.reveal() === keys.KEYCLOAK_CLIENT_SECRET.reveal()
        ? []
        : [
            {
              field: 'secret',
              actual: `sha256:${secret?.fingerprint() ?? '(none)'}`,
              wanted: 'as in escrow',
            },
          ]),
    ]
    return compared(differences, output)
  },
  async apply({ services, signal }, { keys }) {
    await services.keycloak.putClient(wantedClient(services.settings), keys.KEYCLOAK_CLIENT_SECRET, signal)
  },
  async undo({ services, signal }) {
    const { settings, keycloak } = services
    const { clientId } = settings.keycloak
    const found = await keycloak.client(clientId, signal)
    if (!found) return { is: 'nothing' }
    if (!found.redirectUris.some(uri => uri.startsWith(`https://${settings.host}/`)))
      return { is: 'left', because: `client ${clientId} belongs to another application` }
    await keycloak.removeClient(clientId, signal)
    return { is: 'removed', what: `client ${clientId}` }
  },
})

export function wantedClient({ host, keycloak }: Settings): KeycloakClient {
  return {
    clientId: keycloak.clientId,
    name: 'Langfuse',
    description: 'LLM observability, made by thinkube-langfuse',
    enabled: true,
    protocol: 'openid-connect',
    publicClient: false,
    standardFlowEnabled: true,
    implicitFlowEnabled: false,
    directAccessGrantsEnabled: true,
    serviceAccountsEnabled: false,
    redirectUris: [`https://${host}/api/auth/callback/keycloak`, `https://${host}/*`],
    webOrigins: [`https://${host}`, '+'],
    attributes: { 'access.token.lifespan': '3600', 'post.logout.redirect.uris': '+' },
    defaultClientScopes: ['email', 'profile', 'openid', 'offline_access'],
    optionalClientScopes: ['address', 'phone'],
  }
}

/** Field by field; a scope that the realm does not have cannot be missing. */
export function clientDifferences(
  found: KeycloakClient,
  wanted: KeycloakClient,
  realmScopes: readonly string[],
): readonly Difference[] {
  const differences: Difference[] = []
  const compare = (field: string, actual: unknown, target: unknown) => {
    if (String(actual) !== String(target))
      differences.push({ field, actual: String(actual ?? '(none)'), wanted: String(target) })
  }
  const sorted = (list: readonly string[]) => [...list].sort().join(' ')
  const existing = (list: readonly string[]) => sorted(list.filter(scope => realmScopes.includes(scope)))
  for (const field of [
    'enabled',
    'protocol',
    'publicClient',
    'standardFlowEnabled',
    'implicitFlowEnabled',
    'directAccessGrantsEnabled',
  ] as const) {
    compare(field, found[field], wanted[field])
  }
  for (const field of ['redirectUris', 'webOrigins'] as const)
    compare(field, sorted(found[field]), sorted(wanted[field]))
  for (const field of ['defaultClientScopes', 'optionalClientScopes'] as const)
    compare(field, sorted(found[field]), existing(wanted[field]))
  for (const [name, value] of Object.entries(wanted.attributes))
    compare(`attributes.${name}`, found.attributes[name], value)
  return differences
}
