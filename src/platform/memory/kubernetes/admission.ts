import type { KubeObject, KubeRef } from '../../kubernetes/port.ts'
import { answer, refuse } from '../problems.ts'
import type { World } from '../world.ts'
import { equal } from './json.ts'
import { groupOf, type Kind } from './kinds.ts'
import { all, find } from './store.ts'

/** What the API server asks of a request before it stores anything, and what it calls things. */

export const access = (verb: string, kind: Kind, ref: { name: string; namespace?: string | undefined }) => ({
  verb,
  group: groupOf(kind.apiVersion),
  resource: kind.plural,
  namespace: ref.namespace,
  name: ref.name,
})

type Named = KubeRef | KubeObject

export function label(of: Named): string {
  const { name, namespace } = 'metadata' in of ? (of as KubeObject).metadata : (of as KubeRef)
  return `${of.kind} ${namespace ? `${namespace}/` : ''}${name}`
}

export const bare = ({ metadata: { name, namespace } }: KubeObject) => ({
  name,
  ...(namespace && { namespace }),
})

export const notFound = (verb: string, of: Named): never =>
  answer(404, { verb, what: label(of) }, 'not found')

export const noKind = ({ apiVersion, kind }: { apiVersion: string; kind: string }): never =>
  refuse('kubernetes/no-kind', 'missing', `This server has no ${kind} of ${apiVersion}`, {
    nextSteps: ['Install what brings this kind, or choose another way'],
  })

/** Locks concern no controller, configuration only those of the pods that may read it. */
export function concernsControllers(world: World, { kind, metadata }: KubeObject): boolean {
  if (kind === 'Lease') return false
  return !['ConfigMap', 'Secret'].includes(kind) || all(world, 'v1', 'Pod', metadata.namespace).length > 0
}

/** Nothing can be made in a namespace that is not there or is going. */
export function admit(world: World, kind: Kind, object: KubeObject): void {
  if (!kind.namespaced) return
  const name = object.metadata.namespace ?? 'default'
  const namespace = find(world, { apiVersion: 'v1', kind: 'Namespace', name })
  const asked = { verb: 'create', what: label(object) }
  if (!namespace) answer(404, asked, `namespaces "${name}" not found`)
  if (namespace.object.metadata.deletionTimestamp)
    answer(403, asked, `unable to create new content in namespace ${name} because it is being terminated`)
}

export function keepImmutable(stored: KubeObject, wanted: KubeObject): void {
  const selector = (object: KubeObject) => (object.spec as { selector?: unknown } | undefined)?.selector
  const fixed = ['Deployment', 'StatefulSet', 'ReplicaSet'].includes(stored.kind)
  if (fixed && !equal(selector(stored), selector(wanted))) {
    answer(422, { verb: 'apply', what: label(wanted) }, 'spec.selector: Invalid value: field is immutable')
  }
}
