import type { Settings } from '../config/settings.ts'
import type { KubeObject } from '../platform/kubernetes/port.ts'
import { type Credentials, environment } from './environment.ts'
import { labels } from './labels.ts'

export const CONFIG_SECRET = 'langfuse-config'
export const OAUTH_SECRET = 'langfuse-oauth-secret'
export const CA_CONFIG_MAP = 'langfuse-ca'

export function namespaceObject(settings: Settings): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: settings.namespace, labels: labels(settings, 'configuration') },
  }
}

export function configSecret(settings: Settings, credentials: Credentials): KubeObject {
  return secret(settings, CONFIG_SECRET, environment(settings, credentials))
}

/** The six keys that the platform's own playbooks write for every OIDC client. */
export function oauthSecret(settings: Settings, clientSecret: string): KubeObject {
  const { url, realm, clientId } = settings.keycloak
  const endpoint = (name: string) => `${url}/realms/${realm}/protocol/openid-connect/${name}`
  return secret(settings, OAUTH_SECRET, {
    client_id: clientId,
    client_secret: clientSecret,
    realm,
    auth_url: endpoint('auth'),
    token_url: endpoint('token'),
    api_url: endpoint('userinfo'),
  })
}

export function caConfigMap(settings: Settings, pem: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: CA_CONFIG_MAP,
      namespace: settings.namespace,
      labels: labels(settings, 'configuration'),
    },
    data: { 'ca.crt': pem },
  }
}

function secret(settings: Settings, name: string, values: Record<string, string>): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: settings.namespace, labels: labels(settings, 'configuration') },
    type: 'Opaque',
    data: Object.fromEntries(
      Object.entries(values).map(([key, value]) => [key, Buffer.from(value, 'utf8').toString('base64')]),
    ),
  }
}
