import { randomBytes, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Secret } from '../../src/config/secret.ts'
import type { Settings } from '../../src/config/settings.ts'
import type { Escrow } from '../../src/platform/escrow/port.ts'
import {
  type KubeConnection,
  type OpenedServices,
  openKubernetes,
  openPorts,
} from '../../src/platform/open.ts'
import { attach, type Platform } from '../platform/platform.ts'

/** The product's own ports on the running platform, with an operator's rights. */
export interface PlatformUnderTest {
  readonly platform: Platform
  readonly kubernetes: KubeConnection
  readonly services: OpenedServices
  /** Marks what a test makes, so that parallel and crashed runs do not meet: `ct1a2b3c`. */
  readonly mark: string
  close(): Promise<void>
}

/** The platform is up already: the global setup of the test projects sees to it. */
export function platformUnderTest(): PlatformUnderTest {
  const platform = attach()
  if (!platform) throw new Error('the local platform does not run: npm run platform -- up')
  const kubernetes = openPlatform(platform.operatorKubeconfig)
  const services = openPorts({
    settings: settingsOf(platform),
    kubernetes,
    clock: wallClock,
    random: randomBytes,
    escrow: noEscrow,
  })
  const mark = `ct${randomUUID().slice(0, 6)}`
  return { platform, kubernetes, services, mark, close: () => services.close() }
}

export function openPlatform(path: string): KubeConnection {
  return openKubernetes({ path, version: '0.0.0-test', env: {} })
}

/** A signal that makes a call fail loudly instead of hanging. */
export function within(seconds: number): AbortSignal {
  return AbortSignal.timeout(seconds * 1000)
}

export const wallClock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms: number, signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, ms)
      signal.addEventListener('abort', () => {
        clearTimeout(timer)
        reject(new DOMException('The operation was aborted', 'AbortError'))
      })
    }),
}

/** No port under test keeps secrets. */
const noEscrow: Escrow = {
  read: async () => new Map(),
  add: async () => {
    throw new Error('a contract test must not write to the escrow')
  },
}

export function settingsOf(platform: Platform, change: Partial<Settings> = {}): Settings {
  const { facts, caFile } = platform
  const { domain } = facts
  const admin = { user: facts.adminUser, password: new Secret(facts.adminPassword) }
  const resources = { requests: { cpu: '100m', memory: '256Mi' }, limits: { cpu: '1', memory: '1Gi' } }
  return {
    namespace: 'langfuse',
    stateNamespace: 'thinkube-langfuse',
    domain,
    host: `langfuse.${domain}`,
    expose: 'gateway',
    gateway: { name: 'thinkube-gateway', namespace: 'gateway-system', section: 'https' },
    priorityClass: 'thinkube-workload',
    version: '3.113.0',
    registry: { host: facts.registryHost, project: 'library' },
    postgres: {
      target: { namespace: 'postgres', service: 'postgresql-official', port: 5432 },
      admin,
      database: 'langfuse_db',
      role: 'langfuse',
    },
    clickhouse: {
      target: { namespace: 'clickhouse', service: 'clickhouse-clickhouse', port: 8123 },
      nativePort: 9000,
      admin: { user: 'default', password: admin.password },
      database: 'langfuse',
      user: 'langfuse',
    },
    valkey: { target: { namespace: 'valkey', service: 'valkey', port: 6379 }, password: admin.password },
    s3: {
      target: { namespace: 'seaweedfs', service: 'seaweedfs-s3', port: 8333 },
      publicUrl: `https://s3.${domain}`,
      region: 'us-east-1',
      accessKey: facts.s3AccessKey,
      secretKey: new Secret(facts.s3SecretKey),
      buckets: { events: 'langfuse-events', media: 'langfuse-media' },
    },
    keycloak: {
      target: { namespace: 'keycloak', service: 'keycloak', port: 8080 },
      url: `https://auth.${domain}`,
      realm: facts.realm,
      admin,
      clientId: 'langfuse',
    },
    langfuse: {
      organization: { id: 'thinkube', name: 'Thinkube' },
      project: { id: 'default', name: 'Default Project' },
      userEmail: facts.realmEmail,
      userName: facts.realmUser,
      defaultRole: 'MEMBER',
    },
    tls: { caPem: readFileSync(caFile, 'utf8') },
    resources: { web: resources, worker: resources },
    timeoutMs: 600_000,
    ...change,
  }
}
