import type { KubeObject } from '../kubernetes/port.ts'
import { isObject, type Json } from './kubernetes/json.ts'
import { everything } from './kubernetes/store.ts'
import type { World } from './world.ts'

/** Made by controllers and by the bookkeeping of a run: no part of what an installation is. */
const DERIVED = ['Pod', 'ReplicaSet', 'EndpointSlice', 'Event', 'Lease']
const VOLATILE = [
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'managedFields',
  'deletionTimestamp',
]

export interface SnapshotOptions {
  /** Also what programs wrote: rows, tables, traces, queues, stored objects. Default: only what an installer makes. */
  readonly content?: boolean
  /** The ConfigMap in which the runs are recorded is left out unless asked for. */
  readonly ledger?: boolean
}

/** What of a world can be compared: the same for two worlds that nobody could tell apart a day later. */
export function snapshot(world: World, { content = false, ledger = false }: SnapshotOptions = {}): Json {
  const { postgres, clickhouse, valkey, s3, keycloak } = world
  const map = <T>(values: Record<string, T>, work: (value: T) => unknown) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, work(value)]))
  const whole = {
    kubernetes: map(objectsOf(world, ledger), normal),
    postgres: {
      roles: postgres.roles,
      databases: map(postgres.databases, database => {
        const { tables, content: rows, ...facts } = database
        return content ? { ...facts, tables, content: rows } : facts
      }),
    },
    clickhouse: {
      users: clickhouse.users,
      databases: map(clickhouse.databases, ({ tables, traces, comment }) =>
        content ? { comment, tables, traces } : { comment },
      ),
    },
    valkey: content ? { keys: valkey.keys, jobs: valkey.jobs } : {},
    s3: map(s3.buckets, ({ tags, objects, foreign }) => ({ tags, foreign, ...(content && { objects }) })),
    keycloak: map(keycloak.realms, ({ clients }) => clients),
    files: world.files,
  }
  return ordered(JSON.parse(JSON.stringify(whole)) as Json)
}

function objectsOf(world: World, ledger: boolean): Record<string, KubeObject> {
  return Object.fromEntries(
    everything(world)
      .map(({ object }) => object)
      .filter(({ kind, metadata }) => {
        const records = kind === 'ConfigMap' && metadata.name.startsWith('ledger-')
        return !DERIVED.includes(kind) && (ledger || !records)
      })
      .map(object => [
        [object.kind, object.metadata.namespace ?? '', object.metadata.name].join('/'),
        object,
      ]),
  )
}

function normal(object: KubeObject): unknown {
  const { status: _status, metadata, ...rest } = object
  const meta = Object.entries(metadata).filter(([key]) => !VOLATILE.includes(key))
  return { ...rest, metadata: Object.fromEntries(meta) }
}

function ordered(value: Json): Json {
  if (Array.isArray(value)) return value.map(ordered)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map(key => [key, ordered(value[key]!)]),
  )
}
