import type { KubeObject } from '../kubernetes/port.ts'
import type { FixtureFacts } from './fixture.ts'

/** Workloads, Services and Secrets of what Langfuse depends on, named as the platform names them. */
export function storeObjects(facts: FixtureFacts): KubeObject[] {
  const { domain, adminUser, adminPassword } = facts
  return [
    ...workload({
      kind: 'StatefulSet',
      namespace: 'postgres',
      name: 'postgresql-official',
      labels: { app: 'postgres-official' },
      container: 'postgres',
      image: 'public.ecr.aws/docker/library/postgres:18-alpine',
      env: { POSTGRES_USER: adminUser, POSTGRES_PASSWORD: adminPassword, POSTGRES_DB: 'mydatabase' },
      ports: [{ port: 5432 }],
    }),
    ...workload({
      kind: 'Deployment',
      namespace: 'keycloak',
      name: 'keycloak',
      labels: { app: 'keycloak' },
      image: 'quay.io/keycloak/keycloak:26.1.0',
      env: { KC_HOSTNAME: `auth.${domain}`, KC_DB_USERNAME: adminUser, KC_HOSTNAME_STRICT: 'true' },
      ports: [
        { name: 'http', port: 8080 },
        { name: 'health', port: 9000 },
      ],
    }),
    ...workload({
      kind: 'StatefulSet',
      namespace: 'clickhouse',
      name: 'chi-clickhouse-clickhouse-0-0',
      service: 'clickhouse-clickhouse',
      labels: { 'app.kubernetes.io/name': 'clickhouse', 'app.kubernetes.io/instance': 'clickhouse' },
      container: 'clickhouse',
      image: 'altinity/clickhouse-server:25.3.6.10034.altinitystable',
      ports: [
        { name: 'http', port: 8123 },
        { name: 'tcp', port: 9000 },
      ],
    }),
    secret('clickhouse', 'clickhouse-credentials', { user: 'default', password: adminPassword }),
    ...workload({
      kind: 'Deployment',
      namespace: 'valkey',
      name: 'valkey',
      labels: { app: 'valkey' },
      image: `registry.${domain}/library/valkey:7.2-alpine`,
      ports: [{ port: 6379 }],
    }),
    ...(facts.valkeyPassword === undefined
      ? []
      : [secret('valkey', 'valkey-auth', { password: facts.valkeyPassword })]),
    ...workload({
      kind: 'StatefulSet',
      namespace: 'seaweedfs',
      name: 'seaweedfs-filer',
      service: 'seaweedfs-s3',
      labels: { 'app.kubernetes.io/name': 'seaweedfs', 'app.kubernetes.io/component': 'filer' },
      image: 'chrislusf/seaweedfs:4.00',
      ports: [{ name: 'swfs-s3', port: 8333 }],
    }),
    secret('seaweedfs', 'seaweedfs-s3-config', {
      's3-config.json': JSON.stringify({
        identities: [{ name: 'admin', actions: ['Admin', 'Read', 'Write', 'List', 'Tagging'] }],
      }),
      access_key: facts.s3AccessKey,
      secret_key: facts.s3SecretKey,
    }),
    ...workload({
      kind: 'Deployment',
      namespace: 'registry',
      name: 'harbor',
      labels: { app: 'harbor' },
      image: 'goharbor/nginx-photon:v2.14.0',
      ports: [{ name: 'http', port: 80 }],
    }),
    ...workload({
      kind: 'Deployment',
      namespace: 'thinkube-control',
      name: 'thinkube-control-backend',
      service: 'backend',
      labels: { app: 'thinkube-control-backend' },
      container: 'control-backend',
      image: 'ghcr.io/thinkube/control-backend:latest',
      env: {
        DOMAIN_NAME: domain,
        KEYCLOAK_URL: `https://auth.${domain}`,
        KEYCLOAK_REALM: 'thinkube',
        POSTGRES_USER: adminUser,
        HARBOR_URL: `https://registry.${domain}`,
        SYSTEM_USERNAME: 'thinkube',
      },
      ports: [{ name: 'http', port: 8000 }],
    }),
    ...(facts.codeServer
      ? workload({
          kind: 'Deployment',
          namespace: 'code-server',
          name: 'code-server',
          labels: { app: 'code-server' },
          image: 'ghcr.io/thinkube/code-server-dev:latest',
          ports: [{ name: 'http', port: 8080 }],
        })
      : []),
  ]
}

interface Workload {
  readonly kind: 'Deployment' | 'StatefulSet'
  readonly namespace: string
  readonly name: string
  readonly service?: string
  readonly labels: Record<string, string>
  readonly container?: string
  readonly image: string
  readonly env?: Readonly<Record<string, string>>
  readonly ports: readonly { readonly name?: string; readonly port: number }[]
}

function workload(of: Workload): KubeObject[] {
  const { namespace, name, labels, ports } = of
  const container = {
    name: of.container ?? name,
    image: of.image,
    env: Object.entries(of.env ?? {}).map(([key, value]) => ({ name: key, value })),
    ports: ports.map(({ name: portName, port }) => ({
      ...(portName && { name: portName }),
      containerPort: port,
    })),
  }
  return [
    {
      apiVersion: 'apps/v1',
      kind: of.kind,
      metadata: { name, namespace, labels },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        ...(of.kind === 'StatefulSet' && { serviceName: of.service ?? name }),
        ...(of.kind === 'Deployment' && { strategy: { type: 'Recreate' } }),
        template: {
          metadata: { labels },
          spec: { containers: [container], priorityClassName: 'thinkube-platform' },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: of.service ?? name, namespace, labels },
      spec: { selector: labels, ports: ports.map(one => ({ ...one, targetPort: one.port })) },
    },
  ]
}

export function secret(namespace: string, name: string, stringData: Record<string, string>): KubeObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData }
}
