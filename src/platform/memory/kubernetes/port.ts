import type { KubeKind, KubeObject, KubeRef, KubernetesPort } from '../../kubernetes/port.ts'
import { answer } from '../problems.ts'
import type { Runtime } from '../runtime.ts'
import type { StoredObject } from '../world.ts'
import {
  access,
  admit,
  bare,
  concernsControllers,
  keepImmutable,
  label,
  noKind,
  notFound,
} from './admission.ts'
import { execIn } from './exec.ts'
import { jsonPatch } from './json-patch.ts'
import { groupOf, kindOf } from './kinds.ts'
import { demand, isAllowed, reach } from './rights.ts'
import { matchesFields, matchesLabels } from './selectors.ts'
import { ownedByUpdate, serverSideApply } from './server-side-apply.ts'
import { all, find, made, put, refOf, remove, updated, view } from './store.ts'

export const MANAGER = 'thinkube-langfuse'

/** The API server of a world, for clients that write as field manager `manager`. */
export function memoryKubernetes(runtime: Runtime, manager = MANAGER): KubernetesPort {
  const { world } = runtime
  const known = (of: { apiVersion: string; kind: string }) => kindOf(of, world.kubernetes.missingKinds)

  const look = (verb: string, ref: KubeRef): KubeObject | undefined => {
    const kind = known(ref)
    if (!kind) return undefined
    demand(world, access(verb, kind, ref))
    const stored = find(world, ref)
    return stored && view(stored)
  }

  const listed = (verb: string, selection: KubeKind): KubeObject[] => {
    const kind = known(selection)
    if (!kind) return []
    const { apiVersion, namespace, labelSelector, fieldSelector } = selection
    demand(world, { verb, group: groupOf(apiVersion), resource: kind.plural, namespace })
    return all(world, apiVersion, kind.kind, namespace)
      .map(view)
      .filter(object => labelSelector === undefined || matchesLabels(object.metadata.labels, labelSelector))
      .filter(object => fieldSelector === undefined || matchesFields(object, fieldSelector))
  }

  const follow = async <T>(look: () => T | undefined, signal: AbortSignal): Promise<T> => {
    for (;;) {
      const value = look()
      if (value !== undefined) return value
      await runtime.changed(signal)
    }
  }

  const store = (stored: StoredObject): KubeObject => {
    put(world, stored)
    if (concernsControllers(world, stored.object)) runtime.touch()
    else runtime.notify()
    return view(stored)
  }

  const write = (stored: StoredObject, wanted: StoredObject): KubeObject => {
    keepImmutable(stored.object, wanted.object)
    const { changed, result } = updated(world, stored, wanted)
    return changed ? store(result) : view(stored)
  }

  const existing = (verb: string, ref: KubeRef): StoredObject => {
    const kind = known(ref) ?? noKind(ref)
    demand(world, access(verb, kind, ref))
    return find(world, ref) ?? notFound(verb, ref)
  }

  return {
    async version() {
      reach(world)
      return world.kubernetes.version
    },
    async whoAmI() {
      reach(world)
      return { user: world.kubernetes.user, groups: [...world.kubernetes.groups] }
    },
    async can(requests) {
      reach(world)
      return requests.map(request => isAllowed(world, request))
    },
    read: async ref => look('get', ref),
    list: async kind => listed('list', kind),
    async apply(object, { force = false, dryRun = false }) {
      const kind = known(object) ?? noKind(object)
      demand(world, access('patch', kind, refOf(object)))
      const stored = find(world, refOf(object))
      if (!stored) {
        admit(world, kind, object)
        const blank = { object: { ...object, metadata: bare(object) } as KubeObject, owners: [] }
        const applied = serverSideApply(blank, object, { manager, force })
        const before = world.counter
        const created = made(world, applied.object, applied.owners)
        if (!dryRun) return store(created)
        // A dry run takes no number away from the objects that really come to be.
        world.counter = before
        return view(created)
      }
      const wanted = serverSideApply(stored, object, { manager, force })
      if (!dryRun) return write(stored, wanted)
      keepImmutable(stored.object, wanted.object)
      const before = world.counter
      const { result } = updated(world, stored, wanted)
      world.counter = before
      return view(result)
    },
    async create(object) {
      const kind = known(object) ?? noKind(object)
      demand(world, access('create', kind, refOf(object)))
      admit(world, kind, object)
      if (find(world, refOf(object)))
        answer(409, { verb: 'create', what: label(object) }, `"${object.metadata.name}" already exists`)
      const created = made(world, object, [])
      return store({ ...created, owners: ownedByUpdate(undefined, created.object, manager) })
    },
    async replace(object) {
      const stored = existing('update', refOf(object) as KubeRef)
      const { resourceVersion, uid } = object.metadata
      const stale =
        resourceVersion !== undefined && resourceVersion !== stored.object.metadata.resourceVersion
      if (stale || (uid !== undefined && uid !== stored.object.metadata.uid)) {
        answer(
          409,
          { verb: 'update', what: label(object) },
          'the object has been modified; please apply your changes to the latest version and try again',
        )
      }
      const wanted = { ...object, status: stored.object.status } as KubeObject
      return write(stored, { object: wanted, owners: ownedByUpdate(stored, wanted, manager) })
    },
    async patch(ref, operations) {
      const stored = existing('patch', ref)
      const wanted = jsonPatch(stored.object, operations, label(ref))
      return write(stored, { object: wanted, owners: ownedByUpdate(stored, wanted, manager) })
    },
    async remove(ref, { uid, graceSeconds }) {
      const kind = known(ref)
      if (!kind) return false
      demand(world, access('delete', kind, ref))
      const stored = find(world, ref)
      if (!stored) return false
      if (uid !== undefined && stored.object.metadata.uid !== uid)
        answer(
          409,
          { verb: 'delete', what: label(ref) },
          `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${stored.object.metadata.uid}`,
        )
      remove(world, stored, graceSeconds)
      runtime.touch()
      return true
    },
    until: (ref, done, signal) => follow(() => done(look('watch', ref)), signal),
    untilAll: (kind, done, signal) => follow(() => done(listed('watch', kind)), signal),
    async logs({ namespace, pod, container }, { tail, previous }) {
      demand(world, { verb: 'get', group: '', resource: 'pods', subresource: 'log', namespace, name: pod })
      const log = world.kubernetes.logs[`${namespace}/${pod}/${container}`]
      const lines = (previous ? log?.previous : log?.lines) ?? []
      return tail === undefined ? [...lines] : lines.slice(-tail)
    },
    async exec(pod, { command, stdin }) {
      const { namespace } = pod
      demand(world, {
        verb: 'create',
        group: '',
        resource: 'pods',
        subresource: 'exec',
        namespace,
        name: pod.pod,
      })
      const result = execIn(world, pod, { command, stdin })
      runtime.touch()
      return result
    },
  }
}

/** Only these change something; the Lease is the lock, whose renewal is no change. */
export function isKubernetesWrite(method: string, args: readonly unknown[]): boolean {
  const first = args[0] as { kind?: string } | undefined
  const options = args[1] as { dryRun?: boolean; stdin?: string } | undefined
  if (method === 'exec') return options?.stdin !== undefined
  if (method === 'apply' && options?.dryRun) return false
  return ['apply', 'create', 'replace', 'patch', 'remove'].includes(method) && first?.kind !== 'Lease'
}
