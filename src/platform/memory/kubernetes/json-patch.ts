import type { JsonPatchOperation } from '../../kubernetes/port.ts'
import { answer } from '../problems.ts'
import { equal, isObject, type Json, type JsonObject } from './json.ts'

/** RFC 6902 on a copy, all or nothing. */
export function jsonPatch<T>(document: T, operations: readonly JsonPatchOperation[], subject: string): T {
  const copy = structuredClone(document) as unknown as Json
  for (const operation of operations) run(copy, operation, subject)
  return copy as unknown as T
}

function run(root: Json, { op, path, value }: JsonPatchOperation, subject: string): void {
  const names = path
    .split('/')
    .slice(1)
    .map(name => name.replaceAll('~1', '/').replaceAll('~0', '~'))
  const last = names.pop()
  if (last === undefined) notApplicable(subject)
  let parent: Json | undefined = root
  for (const name of names) parent = child(parent, name)
  const actual = child(parent, last)
  if (op === 'test') {
    if (!equal(actual, value)) notApplicable(subject)
    return
  }
  if (parent === undefined || parent === null || typeof parent !== 'object') notApplicable(subject)
  if (op !== 'add' && actual === undefined) notApplicable(subject)
  if (Array.isArray(parent)) changeList(parent, { op, name: last, value: value as Json })
  else if (op === 'remove') delete parent[last]
  else (parent as JsonObject)[last] = structuredClone(value) as Json
}

function changeList(list: Json[], { op, name, value }: { op: string; name: string; value: Json }): void {
  const index = name === '-' ? list.length : Number(name)
  if (op === 'remove') list.splice(index, 1)
  else if (op === 'replace') list[index] = structuredClone(value)
  else list.splice(index, 0, structuredClone(value))
}

function child(parent: Json | undefined, name: string): Json | undefined {
  if (Array.isArray(parent)) return parent[Number(name)]
  return isObject(parent) ? parent[name] : undefined
}

/** The server has one sentence for a failed test and a path that is not there; it names neither. */
function notApplicable(subject: string): never {
  answer(
    422,
    { verb: 'patch', what: subject },
    'the server rejected our request due to an error in our request',
  )
}
