import { reconcile } from './controllers/reconcile.ts'
import { emptyWorld } from './empty-world.ts'
import { platformObjects } from './fixture-objects.ts'
import { storeObjects } from './fixture-stores.ts'
import { insert } from './kubernetes/store.ts'
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
