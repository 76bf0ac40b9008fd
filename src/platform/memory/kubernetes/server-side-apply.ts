import type { KubeObject } from '../../kubernetes/port.ts'
import { answer } from '../problems.ts'
import type { Ownership, StoredObject } from '../world.ts'
import { join, leaves, removeAt, setAt, split, valueAt } from './fields.ts'
import { equal, isObject, type Json, type JsonObject } from './json.ts'

/** What the server keeps itself: nobody owns it, and an apply cannot change it. */
const SERVER_SIDE = [
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
]

/** The part of an object that managers own. */
export function ownable(object: KubeObject): JsonObject {
  const { apiVersion: _apiVersion, kind: _kind, status: _status, metadata, ...rest } = object
  const { name: _name, namespace: _namespace, ...meta } = metadata
  const kept = Object.fromEntries(Object.entries(meta).filter(([key]) => !SERVER_SIDE.includes(key)))
  return (Object.keys(kept).length > 0 ? { metadata: kept, ...rest } : rest) as JsonObject
}

/**
 * Server-side apply: fields named here become the manager's, fields it named before and does not name any more go
 * unless somebody else wants them, and a field that somebody else set to another value is a conflict.
 */
export function serverSideApply(
  stored: StoredObject,
  wanted: KubeObject,
  { manager, force }: { manager: string; force: boolean },
): StoredObject {
  const target = leaves(ownable(wanted))
  const mine = stored.owners.find(owner => owner.manager === manager && owner.operation === 'Apply')
  const others = stored.owners.filter(owner => owner !== mine)
  const live = structuredClone(stored.object) as unknown as JsonObject
  const conflicts = conflictsOf(live, target, others)
  if (conflicts.length > 0 && !force) refuseConflicts(wanted, conflicts)

  const taken = new Set(conflicts.map(({ path }) => path))
  const left = others
    .map(owner => ({ ...owner, paths: owner.paths.filter(path => !taken.has(path)) }))
    .filter(owner => owner.paths.length > 0)
  const gone = (mine?.paths ?? []).filter(
    path => !target.has(path) && !left.some(owner => owner.paths.includes(path)),
  )
  const owners: Ownership[] = [...left, { manager, operation: 'Apply', paths: [...target.keys()] }]
  dropFields(live, gone, owners)
  for (const [path, value] of target) {
    // An empty map claims its place, not its content.
    if (isObject(value) && isObject(valueAt(live, path))) continue
    setAt(live, path, value)
  }
  return { object: live as unknown as KubeObject, owners }
}

interface Conflict {
  readonly path: string
  readonly manager: string
}

function conflictsOf(
  live: JsonObject,
  target: ReadonlyMap<string, Json>,
  others: readonly Ownership[],
): Conflict[] {
  return [...target].flatMap(([path, value]) => {
    const actual = valueAt(live, path)
    if (actual === undefined || equal(actual, value) || (isObject(value) && isObject(actual))) return []
    return others
      .filter(owner => owner.paths.includes(path))
      .map(owner => ({ path, manager: `${owner.manager}" using ${owner.operation}` }))
  })
}

function refuseConflicts(wanted: KubeObject, conflicts: readonly Conflict[]): never {
  const readable = (path: string) =>
    split(path).map(one => (one.startsWith('f:') ? `.${one.slice(2)}` : `[${one.slice(2)}]`))
  const list = conflicts.map(({ path, manager }) => `conflict with "${manager}: ${readable(path).join('')}`)
  answer(
    409,
    { verb: 'apply', what: `${wanted.kind} ${wanted.metadata.name}` },
    `Apply failed with ${list.length} conflict${list.length === 1 ? '' : 's'}: ${list.join(', ')}`,
  )
}

/** Removes leaves; a list item that nobody names any more goes as a whole, the defaults in it included. */
function dropFields(live: JsonObject, gone: readonly string[], owners: readonly Ownership[]): void {
  const items = new Set<string>()
  for (const path of gone) {
    const segments = split(path)
    segments.forEach((segment, index) => {
      if (!segment.startsWith('k:')) return
      const item = join(segments.slice(0, index + 1))
      const wanted = owners.some(owner =>
        owner.paths.some(other => other === item || other.startsWith(`${item}\u001f`)),
      )
      if (!wanted) items.add(item)
    })
  }
  for (const item of items) removeAt(live, item)
  for (const path of gone) {
    const segments = split(path)
    const parent = segments.at(-2)
    const isKey =
      parent?.startsWith('k:') && segments.at(-1)!.slice(2) in (JSON.parse(parent.slice(2)) as object)
    if (!isKey) removeAt(live, path)
  }
}

/** Ownership after an ordinary write: what changed is the writer's, what went is nobody's. */
export function ownedByUpdate(
  before: StoredObject | undefined,
  after: KubeObject,
  manager: string,
): Ownership[] {
  const now = leaves(ownable(after))
  const was = before ? leaves(ownable(before.object)) : new Map<string, Json>()
  const changed = new Set(
    [...now].filter(([path, value]) => !equal(was.get(path), value)).map(([path]) => path),
  )
  const isWriter = (owner: Ownership) => owner.manager === manager && owner.operation === 'Update'
  const others = (before?.owners ?? [])
    .filter(owner => !isWriter(owner))
    .map(owner => ({ ...owner, paths: owner.paths.filter(path => now.has(path) && !changed.has(path)) }))
    .filter(owner => owner.paths.length > 0)
  const kept = (before?.owners.find(isWriter)?.paths ?? []).filter(path => now.has(path))
  const paths = [...new Set([...kept, ...changed])]
  return paths.length === 0 ? others : [...others, { manager, operation: 'Update', paths }]
}
