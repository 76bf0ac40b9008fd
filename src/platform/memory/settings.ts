import { Secret } from '../../config/secret.ts'
import type { Settings } from '../../config/settings.ts'
import type { World } from './world.ts'

/** The settings that discovery finds in a healthy world. */
export function memorySettings(world: World, namespace = 'langfuse'): Settings {
  const { domain, caPem } = world.facts
  const { user, password } = world.keycloak.admin
  const admin = { user, password: new Secret(password) }
  const size = { requests: { cpu: '500m', memory: '1Gi' }, limits: { cpu: '2', memory: '4Gi' } }
  return {
    namespace,
    stateNamespace: 'thinkube-langfuse',
    domain,
    host: `langfuse.${domain}`,
    expose: 'gateway',
    gateway: { name: 'thinkube-gateway', namespace: 'gateway-system', section: 'https' },
    priorityClass: 'thinkube-workload',
    version: '3.113.0',
    registry: { host: `registry.${domain}`, project: 'library' },
    postgres: {
      target: { namespace: 'postgres', service: 'postgresql-official', port: 5432 },
      admin: { user, password: new Secret(world.postgres.roles[user]!.password) },
      database: 'langfuse_db',
      role: 'langfuse',
    },
    clickhouse: {
      target: { namespace: 'clickhouse', service: 'clickhouse-clickhouse', port: 8123 },
      nativePort: 9000,
      admin: { user: 'default', password: new Secret(world.clickhouse.users.default!.password) },
      database: 'langfuse',
      user: 'langfuse',
    },
    valkey: {
      target: { namespace: 'valkey', service: 'valkey', port: 6379 },
      password: world.valkey.password === undefined ? undefined : new Secret(world.valkey.password),
    },
    s3: {
      target: { namespace: 'seaweedfs', service: 'seaweedfs-s3', port: 8333 },
      publicUrl: `https://s3.${domain}`,
      region: 'us-east-1',
      accessKey: world.s3.accessKey,
      secretKey: new Secret(world.s3.secretKey),
      buckets: { events: 'langfuse-events', media: 'langfuse-media' },
    },
    keycloak: {
      target: { namespace: 'keycloak', service: 'keycloak', port: 8080 },
      url: `https://auth.${domain}`,
      realm: 'thinkube',
      admin,
      clientId: 'langfuse',
    },
    langfuse: {
      organization: { id: 'thinkube', name: 'Thinkube' },
      project: { id: 'default', name: 'Default Project' },
      userEmail: `thinkube@${domain}`,
      userName: 'Thinkube',
      defaultRole: 'VIEWER',
    },
    tls: { caPem },
    resources: { web: size, worker: size },
    timeoutMs: 600_000,
  }
}
