import type { KubeObject } from '../../kubernetes/port.ts'
import { all, erase, find, setStatus } from '../kubernetes/store.ts'
import { shutdownOf } from '../programs/program.ts'
import type { PodState, StoredObject, World } from '../world.ts'
import { type ContainerSpec, freshContainer, log, stepContainer } from './containers.ts'
import { record } from './kube-events.ts'
import { podStatus } from './pod-status.ts'
import type { Controller } from './reconcile.ts'

export interface PodSpec {
  readonly initContainers?: readonly ContainerSpec[]
  readonly containers: readonly ContainerSpec[]
  readonly terminationGracePeriodSeconds?: number
  readonly volumes?: readonly {
    configMap?: { name: string; optional?: boolean }
    secret?: { secretName: string; optional?: boolean }
  }[]
}

const SCHEDULE_MS = 300

type Wake = (at: number) => void

/** Scheduler and kubelet in one: brings pods up, restarts what ends, takes down what is deleted. */
export const pods: Controller = (world, wake) =>
  all(world, 'v1', 'Pod')
    .map(stored => live(world, stored, wake))
    .some(Boolean)

function live(world: World, stored: StoredObject, wake: Wake): boolean {
  const { object: pod } = stored
  const uid = pod.metadata.uid!
  const known = world.kubernetes.pods[uid]
  const state: PodState = known ?? { since: world.now, step: 'scheduling', containers: {} }
  world.kubernetes.pods[uid] = state
  const spec = pod.spec as unknown as PodSpec
  if (pod.metadata.deletionTimestamp) {
    const changed = terminate(world, { pod, spec, state }, wake)
    if (!find(world, { apiVersion: 'v1', kind: 'Pod', ...pod.metadata })) return true
    return setStatus(world, stored, podStatus(pod, spec, state)) || changed
  }
  const changed = advance(world, { pod, spec, state }, wake)
  return setStatus(world, stored, podStatus(pod, spec, state)) || changed || !known
}

interface Living {
  readonly pod: KubeObject
  readonly spec: PodSpec
  readonly state: PodState
}

function advance(world: World, { pod, spec, state }: Living, wake: Wake): boolean {
  const due = state.since + SCHEDULE_MS * world.conduct.slowness
  switch (state.step) {
    case 'scheduling':
      if (!world.conduct.schedulable) {
        const message = '0/1 nodes are available: 1 Insufficient memory.'
        if (state.containers[''] !== undefined) return false
        // Marks that the event is written; a real pod shows it in its condition.
        state.containers[''] = freshContainer(world, 'Unschedulable')
        record(world, pod, { type: 'Warning', reason: 'FailedScheduling', message })
        return true
      }
      delete state.containers['']
      if (world.now < due) {
        wake(due)
        return false
      }
      record(world, pod, { reason: 'Scheduled', message: `Successfully assigned ${pod.metadata.name} to tk` })
      return enter(world, state, 'waiting')
    case 'waiting': {
      const missing = missingVolume(world, pod.metadata.namespace!, spec)
      if (missing === undefined) return enter(world, state, 'containers')
      const message = `MountVolume.SetUp failed: ${missing} not found`
      const told = state.containers[''] !== undefined
      if (told) return false
      state.containers[''] = freshContainer(world, 'FailedMount')
      record(world, pod, { type: 'Warning', reason: 'FailedMount', message })
      return true
    }
    case 'containers':
      return run(world, { pod, spec, state }, wake)
    case 'terminating':
      return false
  }
}

function run(world: World, { pod, spec, state }: Living, wake: Wake): boolean {
  for (const container of spec.initContainers ?? []) {
    const known = state.containers[container.name]
    if (known?.is === 'terminated' && known.exitCode === 0) continue
    return step(world, { pod, state, container, init: true }, wake)
  }
  return spec.containers
    .map(container => step(world, { pod, state, container, init: false }, wake))
    .some(Boolean)
}

function step(
  world: World,
  {
    pod,
    state,
    container,
    init,
  }: { pod: KubeObject; state: PodState; container: ContainerSpec; init: boolean },
  wake: Wake,
): boolean {
  const known = state.containers[container.name]
  if (known) return stepContainer({ world, pod, spec: container, state: known, init, wake })
  state.containers[container.name] = freshContainer(world, init ? 'PodInitializing' : 'ContainerCreating')
  return true
}

function enter(world: World, state: PodState, next: PodState['step']): boolean {
  delete state.containers['']
  state.step = next
  state.since = world.now
  return true
}

function terminate(world: World, { pod, spec, state }: Living, wake: Wake): boolean {
  const running = spec.containers.filter(one => state.containers[one.name]?.is === 'running')
  let changed = false
  if (state.step !== 'terminating') {
    changed = enter(world, state, 'terminating')
    for (const container of running) {
      state.containers[container.name]!.ready = false
      log(world, pod, container.name, shutdownOf(container).lines)
    }
  }
  const grace = (pod.metadata as { deletionGracePeriodSeconds?: number }).deletionGracePeriodSeconds ?? 30
  const needed = Math.max(0, ...running.map(container => shutdownOf(container).ms))
  const due = state.since + Math.min(grace * 1000, needed)
  if (world.now < due) {
    wake(due)
    return changed
  }
  erase(world, pod)
  return true
}

function missingVolume(world: World, namespace: string, { volumes = [] }: PodSpec): string | undefined {
  for (const { configMap, secret } of volumes) {
    if (
      configMap &&
      !configMap.optional &&
      !find(world, { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: configMap.name })
    )
      return `configmap "${configMap.name}"`
    if (
      secret &&
      !secret.optional &&
      !find(world, { apiVersion: 'v1', kind: 'Secret', namespace, name: secret.secretName })
    )
      return `secret "${secret.secretName}"`
  }
  return undefined
}
