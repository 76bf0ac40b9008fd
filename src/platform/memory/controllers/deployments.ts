import type { KubeObject } from '../../kubernetes/port.ts'
import { isReady } from '../kubernetes/reachable.ts'
import { all, insert, put, remove, setStatus, updated } from '../kubernetes/store.ts'
import type { StoredObject, World } from '../world.ts'
import type { Controller } from './reconcile.ts'
import { hashOf, makePod, ownedBy, type PodTemplate, suffix } from './workload.ts'

interface DeploymentSpec {
  readonly replicas: number
  readonly selector: { readonly matchLabels: Record<string, string> }
  readonly strategy: { readonly type: string }
  readonly template: PodTemplate
}

/** Deployments make ReplicaSets, and pods of the newest one take over from the others. */
export const deployments: Controller = world =>
  all(world, 'apps/v1', 'Deployment')
    .map(stored => roll(world, stored))
    .some(Boolean)

function roll(world: World, stored: StoredObject): boolean {
  const { object: deployment } = stored
  const spec = deployment.spec as unknown as DeploymentSpec
  const namespace = deployment.metadata.namespace!
  const sets = all(world, 'apps/v1', 'ReplicaSet', namespace).filter(({ object }) =>
    ownedBy(object, deployment),
  )
  const hash = hashOf(spec.template)
  const current = sets.find(({ object }) => object.metadata.labels?.['pod-template-hash'] === hash)
  if (!current) {
    makeSet(world, deployment, { hash, spec, revision: revision(sets) + 1 })
    return true
  }
  if (revisionOf(current.object) < revision(sets)) {
    // A template that was there before becomes the newest again.
    annotate(current, revision(sets) + 1)
    return true
  }
  const pods = all(world, 'v1', 'Pod', namespace)
  const of = (set: StoredObject) => pods.filter(({ object }) => ownedBy(object, set.object))
  const fresh = of(current).filter(({ object }) => !object.metadata.deletionTimestamp)
  const old = sets.filter(set => set !== current).flatMap(of)
  const oldStaying = old.filter(({ object }) => !object.metadata.deletionTimestamp)
  const ready = fresh.filter(({ object }) => isReady(object))
  const recreate = spec.strategy.type === 'Recreate'
  let changed = scaleSets(world, sets, current, spec.replicas)

  const outgoing = recreate || ready.length >= spec.replicas ? oldStaying : []
  const surplus = fresh.slice(spec.replicas)
  for (const pod of [...outgoing, ...surplus]) remove(world, pod)
  if (fresh.length < spec.replicas && !(recreate && old.length > 0)) {
    const name = `${current.object.metadata.name}-${suffix(world)}`
    makePod(world, current.object, { name, template: spec.template, labels: { 'pod-template-hash': hash } })
    changed = true
  }
  const status = statusOf(deployment, {
    replicas: fresh.length + oldStaying.length,
    updated: fresh.length,
    ready: ready.length + oldStaying.filter(({ object }) => isReady(object)).length,
    complete: ready.length >= spec.replicas && oldStaying.length === 0,
  })
  return setStatus(world, stored, status) || changed || outgoing.length + surplus.length > 0
}

const REVISION = 'deployment.kubernetes.io/revision'

const revisionOf = (set: KubeObject): number => Number(set.metadata.annotations?.[REVISION] ?? 0)

const revision = (sets: readonly StoredObject[]): number =>
  Math.max(0, ...sets.map(({ object }) => revisionOf(object)))

function annotate(set: StoredObject, number: number): void {
  const annotations = { ...set.object.metadata.annotations, [REVISION]: String(number) }
  set.object = { ...set.object, metadata: { ...set.object.metadata, annotations } }
}

function makeSet(
  world: World,
  deployment: KubeObject,
  { hash, spec, revision }: { hash: string; spec: DeploymentSpec; revision: number },
): void {
  const { name, namespace, uid } = deployment.metadata
  const labels = { ...spec.template.metadata?.labels, 'pod-template-hash': hash }
  insert(
    world,
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${name}-${hash}`,
        namespace: namespace!,
        labels,
        annotations: { [REVISION]: String(revision) },
        ownerReferences: [{ kind: 'Deployment', name, uid: uid! }],
      },
      spec: { replicas: spec.replicas, selector: { matchLabels: labels }, template: spec.template },
    },
    [],
  )
}

function scaleSets(
  world: World,
  sets: readonly StoredObject[],
  current: StoredObject,
  replicas: number,
): boolean {
  let changed = false
  for (const set of sets) {
    const wanted = set === current ? replicas : 0
    const spec = set.object.spec as { replicas: number }
    if (spec.replicas === wanted) continue
    const object = { ...set.object, spec: { ...spec, replicas: wanted } } as KubeObject
    put(world, updated(world, set, { object, owners: set.owners }).result)
    changed = true
  }
  return changed
}

function statusOf(
  deployment: KubeObject,
  {
    replicas,
    updated,
    ready,
    complete,
  }: { replicas: number; updated: number; ready: number; complete: boolean },
): Record<string, unknown> {
  const wanted = (deployment.spec as { replicas: number }).replicas
  const condition = (type: string, good: boolean, reason: string) => ({
    type,
    status: good ? 'True' : 'False',
    reason,
  })
  return {
    observedGeneration: deployment.metadata.generation,
    replicas,
    updatedReplicas: updated,
    readyReplicas: ready,
    availableReplicas: ready,
    unavailableReplicas: Math.max(0, wanted - ready),
    conditions: [
      condition(
        'Available',
        ready >= wanted,
        ready >= wanted ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
      ),
      condition('Progressing', true, complete ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated'),
    ],
  }
}
