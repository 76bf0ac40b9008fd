import type { PlatformFacts } from '../facts.ts'
import type { KubernetesObject } from '../part.ts'
import { secret } from '../stores/manifests.ts'

/** The Secrets in which a Thinkube keeps what its own components log in with. */
export function credentials(facts: PlatformFacts): KubernetesObject[] {
  const control = 'thinkube-control'
  const tokenUrl = `https://auth.${facts.domain}/realms/${facts.realm}/protocol/openid-connect/token`
  return [
    secret({
      namespace: 'default',
      name: `${facts.domain.replaceAll('.', '-')}-tls`,
      type: 'kubernetes.io/tls',
      labels: {
        'app.kubernetes.io/managed-by': 'acme.sh',
        'app.kubernetes.io/name': 'wildcard-certificate',
      },
      data: { 'tls.crt': facts.tlsCrt, 'tls.key': facts.tlsKey },
    }),
    secret({
      namespace: control,
      name: 'admin-credentials',
      data: { 'admin-username': facts.adminUser, 'admin-password': facts.adminPassword },
    }),
    secret({
      namespace: control,
      name: 'postgresql-official',
      data: { 'postgres-password': facts.adminPassword },
    }),
    secret({ namespace: control, name: 'mcp-default-token', data: { token: facts.controlToken } }),
    secret({
      namespace: control,
      name: 'mlflow-auth-config',
      data: {
        'keycloak-token-url': tokenUrl,
        'client-id': 'mlflow',
        'client-secret': 'not-a-client-of-this-platform',
        username: facts.realmUser,
        password: facts.realmPassword,
      },
    }),
    secret({
      namespace: 'kube-system',
      name: 'harbor-robot-credentials',
      data: { 'robot-user': 'robot$thinkube', 'robot-token': facts.robotToken },
    }),
  ]
}
