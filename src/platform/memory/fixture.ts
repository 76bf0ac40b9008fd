import { REHEARSAL_CA } from './certificate.ts'
import { reconcile } from './controllers/reconcile.ts'
import { platformObjects } from './fixture-objects.ts'
import { storeObjects } from './fixture-stores.ts'
import { insert } from './kubernetes/store.ts'
import { emptyDatabase } from './postgres.ts'
import type { World } from './world.ts'

export interface WorldOptions {
  readonly domain?: string
  /** Milliseconds since the epoch at which the world begins. */
  readonly now?: number
  readonly adminPassword?: string
  /** Tags of both Langfuse images that the registry has. */
  readonly versions?: readonly string[]
  readonly clickhouse?: { readonly version?: string; readonly accessManagement?: boolean }
  /** `null`: a Valkey of the older generation, without password and Secret. */
  readonly valkeyPassword?: string | null
  readonly privateCa?: boolean
  /** Whether the workstation resolves the platform's names. */
  readonly dns?: boolean
  readonly codeServer?: boolean
  /** Whether the realm knows the client scopes `openid` and `groups`, which Harbor's installation makes. */
  readonly harborScopes?: boolean
}

/** What the stores of a fixture are reached with. */
export interface FixtureFacts {
  readonly domain: string
  readonly adminUser: string
  readonly adminPassword: string
  readonly valkeyPassword: string | undefined
  readonly s3AccessKey: string
  readonly s3SecretKey: string
  readonly versions: readonly string[]
  readonly privateCa: boolean
  readonly codeServer: boolean
}

const MANAGER = 'ansible'
const ADMIN_PASSWORD = 'Rehearsal-Admin-2026'
/** A moment away from the minutes around midnight, in which Langfuse delays its ingestion. */
const BEGINNING = Date.UTC(2026, 10, 24, 9, 0, 0)

const built = new Map<string, World>()

/** A healthy Thinkube on which Langfuse was never installed. */
export function thinkubeWorld(options: WorldOptions = {}): World {
  const key = JSON.stringify(options)
  const known = built.get(key) ?? build(options)
  built.set(key, known)
  return structuredClone(known)
}

function build(options: WorldOptions): World {
  const now = options.now ?? BEGINNING
  const facts: FixtureFacts = {
    domain: options.domain ?? 'tk.test',
    adminUser: 'tkadmin',
    adminPassword: options.adminPassword ?? ADMIN_PASSWORD,
    valkeyPassword:
      options.valkeyPassword === null
        ? undefined
        : (options.valkeyPassword ?? options.adminPassword ?? ADMIN_PASSWORD),
    s3AccessKey: 'seaweedfs',
    s3SecretKey: 'Zt0r4ge5ecretKeyOfTheRehearsal01',
    versions: options.versions ?? ['3.113.0', '3.173.0'],
    privateCa: options.privateCa ?? true,
    codeServer: options.codeServer ?? true,
  }
  const world = emptyWorld(facts, options, now)
  for (const object of [...platformObjects(facts), ...storeObjects(facts)]) {
    const stored = insert(world, object, [])
    stored.owners = [{ manager: MANAGER, operation: 'Update', paths: [] }]
  }
  settle(world)
  world.now = now
  return world
}

/** Lets time pass until nothing is going on any more. */
export function settle(world: World): void {
  for (let next = reconcile(world).next; next !== undefined; next = reconcile(world).next) world.now = next
}

function emptyWorld(facts: FixtureFacts, options: WorldOptions, now: number): World {
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
