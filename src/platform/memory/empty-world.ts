import { REHEARSAL_CA } from './certificate.ts'
import type { FixtureFacts, WorldOptions } from './fixture.ts'
import { emptyDatabase } from './postgres.ts'
import type { World } from './world.ts'

/** The stores of a platform with their logins, before anything runs in its cluster. */
export function emptyWorld(facts: FixtureFacts, options: WorldOptions, now: number): World {
  const { domain, adminUser, adminPassword } = facts
  const tags = (repository: string) =>
    Object.fromEntries(facts.versions.map(tag => [tag, digest(`${repository}:${tag}`)]))
  const admin = { password: adminPassword, superuser: true, createRole: true, createDatabase: true }
  return {
    now: now - 3_600_000,
    counter: 1000,
    facts: {
      domain,
      caPem: facts.privateCa ? REHEARSAL_CA : undefined,
      dns: options.dns ?? false,
      gatewayIp: '10.43.0.80',
    },
    kubernetes: {
      version: 'v1.34.4',
      reachable: true,
      user: 'operator',
      groups: ['system:authenticated', 'thinkube:operators'],
      denials: [],
      missingKinds: [],
      objects: {},
      pods: {},
      logs: {},
      pulled: [],
    },
    postgres: {
      version: '18.4',
      timeZone: 'Etc/UTC',
      readOnly: false,
      maxConnections: 100,
      roles: { [adminUser]: admin },
      databases: Object.fromEntries(
        ['postgres', 'mydatabase', 'keycloak'].map(name => [name, { ...emptyDatabase(), owner: adminUser }]),
      ),
    },
    clickhouse: {
      version: options.clickhouse?.version ?? '25.3.6.10034',
      timeZone: 'UTC',
      accessManagement: options.clickhouse?.accessManagement ?? true,
      users: {
        default: { password: adminPassword, grants: ['GRANT ALL ON *.* TO default WITH GRANT OPTION'] },
      },
      databases: { default: { comment: '', tables: [], traces: {} } },
    },
    valkey: {
      version: '7.2.5',
      password: facts.valkeyPassword,
      maxmemoryPolicy: 'noeviction',
      maxmemory: 0,
      databases: 16,
      keys: { '0': { 'argilla:queue': 'list' } },
      jobs: [],
    },
    s3: {
      accessKey: facts.s3AccessKey,
      secretKey: facts.s3SecretKey,
      buckets: { mlflow: { tags: {}, objects: {} } },
    },
    keycloak: {
      version: '26.1.0',
      admin: {
        user: adminUser,
        password: adminPassword,
        roles: ['manage-clients', 'view-clients', 'manage-realm', 'view-realm', 'manage-users', 'view-users'],
      },
      realms: {
        master: realm([], []),
        thinkube: realm(
          [
            'email',
            'profile',
            'offline_access',
            'address',
            'phone',
            'basic',
            'acr',
            'roles',
            'web-origins',
            ...((options.harborScopes ?? true) ? ['openid', 'groups'] : []),
          ],
          [
            {
              id: '6f1c2b7e-0000-4000-8000-000000000001',
              username: 'thinkube',
              email: `thinkube@${domain}`,
              enabled: true,
              password: adminPassword,
              groups: ['cluster-admins'],
            },
          ],
        ),
      },
    },
    registry: {
      images: {
        'library/langfuse': tags('library/langfuse'),
        'library/langfuse-worker': tags('library/langfuse-worker'),
        'library/code-server-dev': { latest: digest('code-server-dev') },
        'library/valkey': { '7.2-alpine': digest('valkey') },
      },
      platforms: ['linux/amd64'],
    },
    files: {},
    conduct: { slowness: 1, schedulable: true, crashing: [], unpullable: [] },
  }
}

const realm = (scopes: string[], users: World['keycloak']['realms'][string]['users']) => ({
  enabled: true,
  signatureAlgorithm: 'RS256',
  scopes,
  users,
  clients: {},
  codes: {},
})

/** Looks like a digest and differs per text; nobody computes it again. */
function digest(text: string): string {
  let hash = 7n
  for (const char of text) hash = (hash * 1_099_511_628_211n + BigInt(char.codePointAt(0)!)) % 2n ** 256n
  return `sha256:${hash.toString(16).padStart(64, '0')}`
}
