import type ClientRepresentation from '@keycloak/keycloak-admin-client/lib/defs/clientRepresentation.js'
import type UserRepresentation from '@keycloak/keycloak-admin-client/lib/defs/userRepresentation.js'
import type { Secret } from '../../config/secret.ts'
import type { KeycloakClient, KeycloakUser } from './port.ts'

export function userOf({ id = '', username = '', email, enabled }: UserRepresentation): KeycloakUser {
  return { id, username, email, enabled: enabled === true }
}

/** Only what the port knows; everything Keycloak leaves out is off or empty. */
export function clientOf(raw: ClientRepresentation): KeycloakClient {
  return {
    clientId: raw.clientId ?? '',
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

export function representationOf(client: KeycloakClient, secret: Secret): ClientRepresentation {
  return {
    ...client,
    redirectUris: [...client.redirectUris],
    webOrigins: [...client.webOrigins],
    attributes: { ...client.attributes },
    defaultClientScopes: [...client.defaultClientScopes],
    optionalClientScopes: [...client.optionalClientScopes],
    secret: secret.reveal(),
  }
}
