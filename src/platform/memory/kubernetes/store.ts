import type { KubeObject } from '../../kubernetes/port.ts'
import type { Ownership, StoredObject, World } from '../world.ts'
import { setDefaults } from './defaults.ts'
import { fieldsV1 } from './fields.ts'
import { clean, equal, isObject, type JsonObject } from './json.ts'

/** Objects of a world by reference: versions, generations, deletion. Nothing here knows of rights or clients. */

interface Ref {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly namespace?: string | undefined
}

const kindKey = ({ apiVersion, kind }: { apiVersion: string; kind: string }): string =>
  `${apiVersion}|${kind}`
const nameKey = ({ name, namespace }: { name: string; namespace?: string | undefined }): string =>
  `${namespace ?? ''}|${name}`

export const refOf = ({ apiVersion, kind, metadata }: KubeObject): Ref => ({
  apiVersion,
  kind,
  name: metadata.name,
  namespace: metadata.namespace,
})

export const find = (world: World, ref: Ref): StoredObject | undefined =>
  world.kubernetes.objects[kindKey(ref)]?.[nameKey(ref)]

export function all(world: World, apiVersion: string, kind: string, namespace?: string): StoredObject[] {
  const found = Object.values(world.kubernetes.objects[`${apiVersion}|${kind}`] ?? {})
  return namespace === undefined
    ? found
    : found.filter(({ object }) => object.metadata.namespace === namespace)
}

export const everything = ({ kubernetes }: World): StoredObject[] =>
  Object.values(kubernetes.objects).flatMap(byName => Object.values(byName))

export const timestamp = (world: World): string => `${new Date(world.now).toISOString().slice(0, 19)}Z`

const next = (world: World): number => ++world.counter

/** An object as clients see it. */
export function view({ object, owners }: StoredObject): KubeObject {
  const copy = structuredClone(object)
  const managedFields = owners.map(({ manager, operation, paths }) => ({
    manager,
    operation,
    fieldsV1: fieldsV1(paths),
  }))
  return { ...copy, metadata: { ...copy.metadata, managedFields } }
}

export function insert(world: World, object: KubeObject, owners: Ownership[]): StoredObject {
  const stored = made(world, object, owners)
  put(world, stored)
  return stored
}

/** A new object with everything that the server adds, not stored yet. */
export function made(world: World, object: KubeObject, owners: Ownership[]): StoredObject {
  const copy = clean(structuredClone(object))
  setDefaults(copy)
  const id = next(world)
  const uid = `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`
  const metadata = { ...copy.metadata, uid, resourceVersion: String(id), creationTimestamp: timestamp(world) }
  return {
    object: { ...copy, metadata: { ...metadata, ...(hasGeneration(copy) && { generation: 1 }) } },
    owners,
  }
}

/** What an update would store; `changed` is false when nothing differs, and then nothing is to be written. */
export function updated(
  world: World,
  stored: StoredObject,
  { object, owners }: StoredObject,
): { readonly changed: boolean; readonly result: StoredObject } {
  const copy = clean(structuredClone(object))
  setDefaults(copy)
  const { uid, creationTimestamp, deletionTimestamp, resourceVersion, generation } = stored.object.metadata
  const metadata = clean({
    ...copy.metadata,
    managedFields: undefined,
    uid,
    creationTimestamp,
    deletionTimestamp,
    resourceVersion,
    generation,
  })
  const result = { object: { ...copy, metadata }, owners }
  if (equal(result.object, stored.object) && sameOwners(owners, stored.owners))
    return { changed: false, result: stored }
  const grown = specOf(result.object)
  const bump = generation !== undefined && !equal(grown, specOf(stored.object))
  return {
    changed: true,
    result: {
      object: {
        ...result.object,
        metadata: {
          ...metadata,
          resourceVersion: String(next(world)),
          ...(bump && { generation: generation + 1 }),
        },
      },
      owners,
    },
  }
}

export function put(world: World, stored: StoredObject): void {
  const kind = kindKey(stored.object)
  const byName = world.kubernetes.objects[kind] ?? {}
  byName[nameKey(stored.object.metadata)] = stored
  world.kubernetes.objects[kind] = byName
}

/** Replaces the status; true when it changed. */
export function setStatus(world: World, stored: StoredObject, status: Record<string, unknown>): boolean {
  if (equal(stored.object.status, status)) return false
  const wanted = clean(status)
  const metadata = { ...stored.object.metadata, resourceVersion: String(next(world)) }
  stored.object = { ...stored.object, metadata, status: wanted }
  return true
}

export function erase(world: World, object: KubeObject): void {
  const kind = kindKey(object)
  const byName = world.kubernetes.objects[kind] ?? {}
  delete byName[nameKey(object.metadata)]
  if (Object.keys(byName).length === 0) delete world.kubernetes.objects[kind]
  if (object.kind !== 'Pod') return
  delete world.kubernetes.pods[object.metadata.uid!]
  const prefix = `${object.metadata.namespace}/${object.metadata.name}/`
  for (const key of Object.keys(world.kubernetes.logs))
    if (key.startsWith(prefix)) delete world.kubernetes.logs[key]
}

/** Starts a deletion: at once for most, after its time for pods and namespaces. */
export function remove(world: World, stored: StoredObject, graceSeconds?: number): void {
  const { object } = stored
  const atOnce = object.kind === 'Pod' ? graceSeconds === 0 : object.kind !== 'Namespace'
  if (atOnce) {
    erase(world, object)
    return
  }
  if (object.metadata.deletionTimestamp && graceSeconds === undefined) return
  const spec = object.spec as { terminationGracePeriodSeconds?: number } | undefined
  const grace = graceSeconds ?? spec?.terminationGracePeriodSeconds ?? 30
  stored.object = {
    ...object,
    metadata: {
      ...object.metadata,
      resourceVersion: String(next(world)),
      deletionTimestamp: object.metadata.deletionTimestamp ?? timestamp(world),
      ...(object.kind === 'Pod' && { deletionGracePeriodSeconds: grace }),
    },
    ...(object.kind === 'Namespace' && { status: { phase: 'Terminating' } }),
  }
}

function sameOwners(a: readonly Ownership[], b: readonly Ownership[]): boolean {
  const text = (owners: readonly Ownership[]) =>
    owners.map(one => `${one.manager} ${one.operation} ${[...one.paths].sort().join()}`).sort()
  return equal(text(a), text(b))
}

function specOf(object: KubeObject): JsonObject {
  const { metadata: _metadata, status: _status, ...rest } = object
  return rest as JsonObject
}

const hasGeneration = (object: KubeObject): boolean =>
  isObject(object.spec) && object.kind !== 'Namespace' && object.kind !== 'Service'
