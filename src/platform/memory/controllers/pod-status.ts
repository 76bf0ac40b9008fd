import type { KubeObject } from '../../kubernetes/port.ts'
import type { ContainerState, PodState } from '../world.ts'
import type { ContainerSpec } from './containers.ts'
import type { PodSpec } from './pods.ts'

/** `status` of a pod as the kubelet reports it. */
export function podStatus(pod: KubeObject, spec: PodSpec, state: PodState): Record<string, unknown> {
  const scheduled = state.step !== 'scheduling'
  const unschedulable = !scheduled && state.containers['']?.reason === 'Unschedulable'
  const init = spec.initContainers ?? []
  const finished = init.every(one => {
    const known = state.containers[one.name]
    return known?.is === 'terminated' && known.exitCode === 0
  })
  const running = spec.containers.every(one => state.containers[one.name]?.is === 'running')
  const ready =
    finished && state.step === 'containers' && spec.containers.every(one => state.containers[one.name]?.ready)
  const condition = (type: string, good: boolean, more: Record<string, unknown> = {}) => ({
    type,
    status: good ? 'True' : 'False',
    ...more,
  })
  return {
    phase:
      running || (finished && init.length > 0 && started(spec.containers, state)) ? 'Running' : 'Pending',
    conditions: [
      condition(
        'PodScheduled',
        scheduled,
        unschedulable
          ? { reason: 'Unschedulable', message: '0/1 nodes are available: 1 Insufficient memory.' }
          : {},
      ),
      condition('Initialized', scheduled && finished),
      condition('ContainersReady', ready),
      condition('Ready', ready),
    ],
    ...(scheduled && {
      hostIP: '10.0.0.10',
      podIP: addressOf(pod),
      startTime: pod.metadata.creationTimestamp,
    }),
    ...(init.length > 0 && scheduled && { initContainerStatuses: statuses(init, state, 'PodInitializing') }),
    ...(scheduled && {
      containerStatuses: statuses(spec.containers, state, finished ? 'ContainerCreating' : 'PodInitializing'),
    }),
  }
}

const started = (containers: readonly ContainerSpec[], state: PodState): boolean =>
  containers.some(one => (state.containers[one.name]?.restarts ?? 0) > 0)

function addressOf(pod: KubeObject): string {
  const id = Number(pod.metadata.uid!.slice(-6))
  return `10.42.${Math.floor(id / 250) % 250}.${(id % 250) + 2}`
}

function statuses(containers: readonly ContainerSpec[], state: PodState, waiting: string): unknown[] {
  return containers.map(({ name, image }) => {
    const known = state.containers[name]
    return {
      name,
      image,
      imageID: '',
      ready: known?.ready ?? false,
      started: known?.ready ?? false,
      restartCount: known?.restarts ?? 0,
      state: known ? stateOf(known) : { waiting: { reason: waiting } },
      lastState:
        known && known.is !== 'terminated' && known.restarts > 0
          ? { terminated: { exitCode: known.exitCode, reason: endOf(known.exitCode) } }
          : {},
    }
  })
}

function stateOf({ is, reason, message, since, exitCode }: ContainerState): Record<string, unknown> {
  switch (is) {
    case 'waiting':
      return { waiting: { reason, ...(message !== undefined && { message }) } }
    case 'running':
      return { running: { startedAt: new Date(since).toISOString() } }
    case 'terminated':
      return { terminated: { exitCode, reason: endOf(exitCode), finishedAt: new Date(since).toISOString() } }
  }
}

const endOf = (exitCode: number | undefined): string =>
  exitCode === 0 ? 'Completed' : exitCode === 137 ? 'OOMKilled' : 'Error'
