import { equal, isObject, type Json, type JsonObject } from './json.ts'

/**
 * Fields of an object as server-side apply sees them: a path is a list of segments `f:name` (member of a map) or
 * `k:{"name":"web"}` (item of a list that is keyed), joined by an invisible separator.
 */
const SEPARATOR = '\u001f'

export const join = (segments: readonly string[]): string => segments.join(SEPARATOR)
export const split = (path: string): string[] => path.split(SEPARATOR)

/** Lists whose items are merged by key (`x-kubernetes-list-type: map`). Every other list is one value. */
const KEYED: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  imagePullSecrets: ['name'],
  conditions: ['type'],
  ownerReferences: ['uid'],
  listeners: ['name'],
  hostAliases: ['ip'],
}

function keysOf(list: string, items: readonly Json[]): readonly string[] | undefined {
  if (list === 'ports') {
    const first = items[0]
    return isObject(first) && 'containerPort' in first ? ['containerPort', 'protocol'] : ['port', 'protocol']
  }
  return KEYED[list]
}

function segmentOf(item: JsonObject, keys: readonly string[]): string {
  const key = Object.fromEntries(keys.map(name => [name, item[name] ?? (name === 'protocol' ? 'TCP' : null)]))
  return `k:${JSON.stringify(key)}`
}

/** Every leaf below a value, with its path. Empty maps and lists without key are leaves. */
export function leaves(value: Json, at: readonly string[] = []): Map<string, Json> {
  const found = new Map<string, Json>()
  const walk = (inner: Json, path: readonly string[]): void => {
    if (isObject(inner) && Object.keys(inner).length > 0) {
      for (const [key, next] of Object.entries(inner)) walk(next, [...path, `f:${key}`])
      return
    }
    const name = path.at(-1)?.slice(2) ?? ''
    if (Array.isArray(inner) && inner.length > 0) {
      const keys = keysOf(name, inner)
      if (keys && inner.every(isObject)) {
        for (const item of inner) walk(item, [...path, segmentOf(item, keys)])
        return
      }
    }
    found.set(join(path), inner)
  }
  walk(value, at)
  return found
}

/** What stands at a path; undefined when nothing does. */
export function valueAt(root: Json, path: string): Json | undefined {
  let here: Json | undefined = root
  for (const segment of split(path)) {
    if (here === undefined) return undefined
    here = segment.startsWith('f:')
      ? isObject(here)
        ? here[segment.slice(2)]
        : undefined
      : Array.isArray(here)
        ? here.find(item => matches(item, segment))
        : undefined
  }
  return here
}

/** Sets a leaf, making maps and list items on the way. */
export function setAt(root: JsonObject, path: string, value: Json): void {
  const segments = split(path)
  let here: Json = root
  segments.forEach((segment, index) => {
    const last = index === segments.length - 1
    if (segment.startsWith('f:')) {
      const map: JsonObject = here as JsonObject
      const name = segment.slice(2)
      if (last) map[name] = structuredClone(value)
      else {
        const wanted = segments[index + 1]!.startsWith('k:') ? [] : {}
        const next: Json | undefined = map[name]
        if (next === undefined || typeof next !== 'object' || Array.isArray(next) !== Array.isArray(wanted))
          map[name] = wanted
        here = map[name]!
      }
      return
    }
    const list = here as Json[]
    let item = list.find(one => matches(one, segment))
    if (item === undefined) {
      item = JSON.parse(segment.slice(2)) as JsonObject
      list.push(item)
    }
    here = item
  })
}

/** Removes a leaf and what is empty because of it. */
export function removeAt(root: JsonObject, path: string): void {
  const segments = split(path)
  const parentPath = segments.slice(0, -1)
  const parent = parentPath.length === 0 ? root : valueAt(root, join(parentPath))
  const last = segments.at(-1)!
  if (last.startsWith('f:') && isObject(parent)) delete parent[last.slice(2)]
  else if (Array.isArray(parent)) {
    const index = parent.findIndex(item => matches(item, last))
    if (index >= 0) parent.splice(index, 1)
  } else return
  const empty = Array.isArray(parent)
    ? parent.length === 0
    : isObject(parent) && Object.keys(parent).length === 0
  if (empty && parentPath.length > 0) removeAt(root, join(parentPath))
}

function matches(item: Json, segment: string): boolean {
  if (!isObject(item)) return false
  const key = JSON.parse(segment.slice(2)) as JsonObject
  return Object.entries(key).every(([name, value]) =>
    equal(item[name] ?? (name === 'protocol' ? 'TCP' : null), value),
  )
}

/** The paths as `metadata.managedFields[].fieldsV1` shows them. */
export function fieldsV1(paths: readonly string[]): JsonObject {
  const root: JsonObject = {}
  for (const path of paths) {
    let here = root
    for (const segment of split(path)) {
      here[segment] ??= {}
      here = here[segment] as JsonObject
    }
  }
  return root
}
