import type { KubeObject } from '../kubernetes/port.ts'
import { secret } from './fixture-stores.ts'
import { insert } from './kubernetes/store.ts'
import { emptyDatabase } from './postgres.ts'
import { migrate } from './programs/migration.ts'
import type { World } from './world.ts'

const PLAYBOOKS = 'OpenAPI-Generator'

/** An installation as the platform's own playbooks make it, with data in its stores. */
export function adopt(world: World): void {
  const { domain } = world.facts
  const { user, password } = world.keycloak.admin
  const environment = configuration(world)
  const objects: KubeObject[] = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'langfuse' } },
    secret('langfuse', 'langfuse-config', environment),
    secret('langfuse', 'langfuse-oauth-secret', oauth(domain, environment.AUTH_KEYCLOAK_CLIENT_SECRET!)),
    deployment(domain, { name: 'langfuse', port: 3000 }),
    deployment(domain, { name: 'langfuse-worker' }),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'langfuse', namespace: 'langfuse' },
      spec: { selector: { app: 'langfuse' }, ports: [{ port: 3000, targetPort: 'http' }] },
    },
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'langfuse-route', namespace: 'langfuse' },
      spec: {
        parentRefs: [{ name: 'thinkube-gateway', namespace: 'gateway-system', sectionName: 'https' }],
        hostnames: [`langfuse.${domain}`],
        rules: [{ backendRefs: [{ name: 'langfuse', port: 3000 }] }],
      },
    },
  ]
  world.postgres.databases.langfuse_db = { ...emptyDatabase(), owner: user }
  for (const bucket of ['langfuse-events', 'langfuse-media'])
    world.s3.buckets[bucket] = { tags: {}, objects: {} }
  world.keycloak.realms.thinkube!.clients.langfuse = {
    secret: environment.AUTH_KEYCLOAK_CLIENT_SECRET!,
    representation: client(domain),
  }
  for (const object of objects)
    insert(world, object, []).owners = [{ manager: PLAYBOOKS, operation: 'Update', paths: [] }]
  migrate(world, { ...environment, DATABASE_URL: databaseUrl(world, encodeURIComponent(password)) })
}

const databaseUrl = (world: World, password: string): string =>
  `postgresql://${world.keycloak.admin.user}:${password}@postgresql-official.postgres.svc.cluster.local:5432/langfuse_db`

/** The Secret's variables; passwords stand in URLs unescaped, tables go to the database `default`. */
function configuration(world: World): Record<string, string> {
  const { domain } = world.facts
  const { user, password } = world.keycloak.admin
  const bucket = (use: string, name: string) => ({
    [`LANGFUSE_S3_${use}_UPLOAD_BUCKET`]: name,
    [`LANGFUSE_S3_${use}_UPLOAD_REGION`]: 'us-east-1',
    [`LANGFUSE_S3_${use}_UPLOAD_ENDPOINT`]: 'http://seaweedfs-s3.seaweedfs.svc.cluster.local:8333',
    [`LANGFUSE_S3_${use}_UPLOAD_ACCESS_KEY_ID`]: world.s3.accessKey,
    [`LANGFUSE_S3_${use}_UPLOAD_SECRET_ACCESS_KEY`]: world.s3.secretKey,
    [`LANGFUSE_S3_${use}_UPLOAD_FORCE_PATH_STYLE`]: 'true',
  })
  return {
    DATABASE_URL: databaseUrl(world, encodeURIComponent(password)),
    CLICKHOUSE_URL: 'http://clickhouse-clickhouse.clickhouse.svc.cluster.local:8123',
    CLICKHOUSE_MIGRATION_URL: `clickhouse://default:${encodeURIComponent(password)}@clickhouse-clickhouse.clickhouse.svc.cluster.local:9000`,
    CLICKHOUSE_CLUSTER_ENABLED: 'false',
    CLICKHOUSE_USER: 'default',
    CLICKHOUSE_PASSWORD: password,
    REDIS_HOST: 'valkey.valkey.svc.cluster.local',
    REDIS_PORT: '6379',
    REDIS_AUTH: world.valkey.password ?? '',
    ENCRYPTION_KEY: 'ad'.repeat(32),
    SALT: 'adopted-salt-of-the-playbooks-01',
    NEXTAUTH_URL: `https://langfuse.${domain}`,
    NEXTAUTH_SECRET: 'adopted'.padEnd(64, 'x'),
    AUTH_KEYCLOAK_CLIENT_ID: 'langfuse',
    AUTH_KEYCLOAK_CLIENT_SECRET: 'adopted-client-secret-00000000',
    AUTH_KEYCLOAK_ISSUER: `https://auth.${domain}/realms/thinkube`,
    AUTH_KEYCLOAK_ALLOW_ACCOUNT_LINKING: 'true',
    LANGFUSE_INIT_ORG_ID: 'thinkube',
    LANGFUSE_INIT_ORG_NAME: 'Thinkube',
    LANGFUSE_INIT_PROJECT_ID: 'thinkube-ai',
    LANGFUSE_INIT_PROJECT_NAME: 'Thinkube AI Lab',
    LANGFUSE_INIT_PROJECT_PUBLIC_KEY: `lf_pk_${'a0'.repeat(16)}`,
    LANGFUSE_INIT_PROJECT_SECRET_KEY: `lf_sk_${'b0'.repeat(32)}`,
    LANGFUSE_INIT_USER_EMAIL: `thinkube@${domain}`,
    LANGFUSE_INIT_USER_NAME: user,
    LANGFUSE_INIT_USER_PASSWORD: password,
    ADMIN_API_KEY: 'cd'.repeat(32),
    ...bucket('EVENT', 'langfuse-events'),
    ...bucket('MEDIA', 'langfuse-media'),
  }
}

function oauth(domain: string, clientSecret: string): Record<string, string> {
  const base = `https://auth.${domain}/realms/thinkube/protocol/openid-connect`
  return {
    client_id: 'langfuse',
    client_secret: clientSecret,
    realm: 'thinkube',
    auth_url: `${base}/auth`,
    token_url: `${base}/token`,
    api_url: `${base}/userinfo`,
  }
}

function deployment(domain: string, { name, port }: { name: string; port?: number }): KubeObject {
  const container = {
    name,
    image: `registry.${domain}/library/${name}:3.173.0`,
    envFrom: [{ secretRef: { name: 'langfuse-config' } }],
    ...(port !== undefined && { ports: [{ name: 'http', containerPort: port }] }),
  }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'langfuse', labels: { app: name } },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { priorityClassName: 'thinkube-workload', containers: [container] },
      },
    },
  }
}

function client(domain: string): Record<string, unknown> {
  const host = `https://langfuse.${domain}`
  return {
    clientId: 'langfuse',
    enabled: true,
    protocol: 'openid-connect',
    publicClient: false,
    standardFlowEnabled: true,
    implicitFlowEnabled: false,
    directAccessGrantsEnabled: true,
    serviceAccountsEnabled: false,
    redirectUris: [`${host}/api/auth/callback/keycloak`, `${host}/*`],
    webOrigins: [host, '+'],
    attributes: { 'access.token.lifespan': '3600', 'post.logout.redirect.uris': '+' },
    defaultClientScopes: ['email', 'profile', 'openid', 'offline_access'],
    optionalClientScopes: ['address', 'phone'],
  }
}
