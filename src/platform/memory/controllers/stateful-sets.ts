import { isReady } from '../kubernetes/reachable.ts'
import { all, remove, setStatus } from '../kubernetes/store.ts'
import type { StoredObject, World } from '../world.ts'
import type { Controller } from './reconcile.ts'
import { hashOf, makePod, ownedBy, type PodTemplate } from './workload.ts'

/** StatefulSets as the platform's stores use them: numbered pods, replaced in place. */
export const statefulSets: Controller = world =>
  all(world, 'apps/v1', 'StatefulSet')
    .map(stored => run(world, stored))
    .some(Boolean)

function run(world: World, stored: StoredObject): boolean {
  const { object: set } = stored
  const { replicas, template } = set.spec as { replicas: number; template: PodTemplate }
  const revision = hashOf(template)
  const pods = all(world, 'v1', 'Pod', set.metadata.namespace).filter(({ object }) => ownedBy(object, set))
  const names = Array.from({ length: replicas }, (_, index) => `${set.metadata.name}-${index}`)
  const missing = names.filter(name => !pods.some(({ object }) => object.metadata.name === name))
  const wrong = pods.filter(
    ({ object }) =>
      !object.metadata.deletionTimestamp &&
      (!names.includes(object.metadata.name) ||
        object.metadata.labels?.['controller-revision-hash'] !== revision),
  )
  for (const pod of wrong) remove(world, pod)
  for (const name of missing)
    makePod(world, set, { name, template, labels: { 'controller-revision-hash': revision } })
  const ready = pods.filter(({ object }) => isReady(object)).length
  const status = {
    observedGeneration: set.metadata.generation,
    replicas: pods.length,
    readyReplicas: ready,
    availableReplicas: ready,
    currentReplicas: pods.length,
    updatedReplicas: pods.length,
  }
  return setStatus(world, stored, status) || wrong.length + missing.length > 0
}
