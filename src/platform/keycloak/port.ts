import type { Secret } from '../../config/secret.ts'

/** What we say about an OIDC client; field names as in Keycloak's ClientRepresentation. */
export interface KeycloakClient {
  readonly clientId: string
  readonly name?: string
  readonly description?: string
  readonly enabled: boolean
  readonly protocol: 'openid-connect'
  readonly publicClient: boolean
  readonly standardFlowEnabled: boolean
  readonly implicitFlowEnabled: boolean
  readonly directAccessGrantsEnabled: boolean
  readonly serviceAccountsEnabled: boolean
  readonly redirectUris: readonly string[]
  readonly webOrigins: readonly string[]
  readonly attributes: Readonly<Record<string, string>>
  readonly defaultClientScopes: readonly string[]
  readonly optionalClientScopes: readonly string[]
}

export interface KeycloakUser {
  readonly id: string
  readonly username: string
  readonly email: string | undefined
  readonly enabled: boolean
}

/** The admin API of the platform's Keycloak, with the admin login of the master realm. */
export interface KeycloakPort {
  /** Logs in; the roles the token really carries for the realm. */
  login(signal: AbortSignal): Promise<{ readonly version: string; readonly roles: readonly string[] }>
  realms(signal: AbortSignal): Promise<readonly string[]>
  realm(
    signal: AbortSignal,
  ): Promise<
    | { readonly enabled: boolean; readonly signatureAlgorithm: string; readonly scopes: readonly string[] }
    | undefined
  >
  /** Members of a group, else all users; at most 50. */
  users(
    filter: { readonly group?: string; readonly username?: string },
    signal: AbortSignal,
  ): Promise<readonly KeycloakUser[]>
  client(clientId: string, signal: AbortSignal): Promise<KeycloakClient | undefined>
  clientSecret(clientId: string, signal: AbortSignal): Promise<Secret | undefined>
  /** Creates, or updates every field; scopes are repaired one by one, since Keycloak's PUT ignores them. */
  putClient(client: KeycloakClient, secret: Secret, signal: AbortSignal): Promise<void>
  /** False when it was not there. */
  removeClient(clientId: string, signal: AbortSignal): Promise<boolean>
}
