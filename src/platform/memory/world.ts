import type { KubernetesWorld } from './world-kubernetes.ts'

export type {
  ContainerState,
  Effect,
  Fate,
  Ownership,
  PodState,
  StoredObject,
} from './world-kubernetes.ts'

/**
 * A whole Thinkube as plain data: what is stored where, and nothing that runs. It can be cloned, compared and written
 * down. Programs, controllers and clients are functions over it.
 */
export interface World {
  /** Virtual time, milliseconds since the epoch. */
  now: number
  /** Source of uids and resource versions. */
  counter: number
  readonly facts: WorldFacts
  readonly kubernetes: KubernetesWorld
  readonly postgres: PostgresWorld
  readonly clickhouse: ClickhouseWorld
  readonly valkey: ValkeyWorld
  readonly s3: S3World
  readonly keycloak: KeycloakWorld
  /** Repository (`library/langfuse`) → tag → digest. */
  readonly registry: { images: Record<string, Record<string, string>>; platforms: string[] }
  readonly files: Record<string, string>
  /** Factors by which the world is made slower or sicker. */
  readonly conduct: Conduct
}

export interface WorldFacts {
  readonly domain: string
  readonly caPem: string | undefined
  /** Whether the workstation resolves the platform's names. */
  readonly dns: boolean
  readonly gatewayIp: string
}

export interface Conduct {
  /** Multiplies every duration of pods and programs. */
  slowness: number
  /** A node has room for new pods. */
  schedulable: boolean
  /** Containers of these images end soon after their start, whatever their configuration says. */
  crashing: { image: string; line: string; exitCode: number }[]
  /** The registry has these images, but the node cannot get them. */
  unpullable: string[]
}

export interface PostgresDatabaseState {
  owner: string
  timeZone: string | undefined
  comment: string | undefined
  /** Rows per table of schema public. */
  tables: Record<string, number>
  content: LangfuseRows
}

/** What Langfuse keeps in PostgreSQL, as far as it is simulated. */
export interface LangfuseRows {
  organizations: { id: string; name: string }[]
  projects: { id: string; name: string; organization: string }[]
  apiKeys: { publicKey: string; secretKey: string; project: string }[]
  users: { email: string; name: string; password: string | undefined; organizations: string[] }[]
  prompts: Record<string, unknown>[]
  media: Record<string, unknown>[]
}

export interface PostgresWorld {
  version: string
  timeZone: string
  readOnly: boolean
  maxConnections: number
  roles: Record<
    string,
    { password: string; superuser: boolean; createRole: boolean; createDatabase: boolean; comment?: string }
  >
  databases: Record<string, PostgresDatabaseState>
}

export interface ClickhouseWorld {
  version: string
  timeZone: string
  accessManagement: boolean
  users: Record<string, { password: string; grants: string[] }>
  databases: Record<string, { comment: string; tables: string[]; traces: Record<string, TraceRow> }>
}

export interface TraceRow {
  trace: Record<string, unknown>
  observations: Record<string, Record<string, unknown>>
  scores: Record<string, Record<string, unknown>>
  storedAt: number
}

export interface ValkeyWorld {
  version: string
  password: string | undefined
  maxmemoryPolicy: string
  maxmemory: number
  databases: number
  /** Index → key → kind of value. */
  keys: Record<string, Record<string, string>>
  /** Jobs that wait for a worker, with the index of their queue. */
  jobs: Job[]
}

export interface Job {
  index: number
  queue: 'ingestion-queue' | 'otel-ingestion-queue'
  at: number
  /** Not processed before this time. */
  due: number
  project: string
  events: Record<string, unknown>[]
}

export interface S3World {
  accessKey: string
  secretKey: string
  buckets: Record<
    string,
    { foreign?: boolean; tags: Record<string, string>; objects: Record<string, string> }
  >
}

export interface KeycloakWorld {
  version: string
  admin: { user: string; password: string; roles: string[] }
  realms: Record<string, RealmState>
}

export interface RealmState {
  enabled: boolean
  signatureAlgorithm: string
  scopes: string[]
  users: {
    id: string
    username: string
    email: string | undefined
    enabled: boolean
    password: string
    groups: string[]
  }[]
  clients: Record<string, { representation: Record<string, unknown>; secret: string }>
  /** Authorization codes that were given out and not redeemed. */
  codes: Record<string, { user: string; client: string; challenge: string | undefined }>
}
