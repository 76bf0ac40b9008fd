import type { Problem } from '../../src/engine/problem.ts'
import type { KubeObject } from '../../src/platform/kubernetes/port.ts'

/** Reads a pod's status the way an operator does: what is it doing, and will waiting help? */

interface ContainerStatus {
  readonly name: string
  readonly restartCount?: number
  readonly ready?: boolean
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string }
    readonly running?: unknown
    readonly terminated?: { readonly reason?: string; readonly exitCode?: number }
  }
  readonly lastState?: { readonly terminated?: { readonly reason?: string; readonly exitCode?: number } }
}

interface PodView {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string }
  readonly spec?: {
    readonly containers?: readonly { readonly name: string; readonly image: string }[]
    readonly initContainers?: readonly { readonly name: string; readonly image: string }[]
  }
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string
      readonly status: string
      readonly reason?: string
      readonly message?: string
    }[]
    readonly initContainerStatuses?: readonly ContainerStatus[]
    readonly containerStatuses?: readonly ContainerStatus[]
  }
}

export type PodProblem = Problem & { readonly container?: string; readonly crashed?: boolean }

const PULL = ['ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull']
const CONFIG = ['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError']

/** A state that waiting does not heal; undefined while there is hope. */
export function podTrouble(object: KubeObject): PodProblem | undefined {
  const pod = object as unknown as PodView
  if (pod.metadata.deletionTimestamp) return undefined
  const scheduled = pod.status?.conditions?.find(condition => condition.type === 'PodScheduled')
  if (scheduled?.status === 'False' && scheduled.reason === 'Unschedulable')
    return unschedulable(pod, scheduled.message ?? '')
  for (const status of statuses(pod)) {
    const reason = status.state?.waiting?.reason ?? ''
    if (PULL.includes(reason)) return pullFailed(pod, status)
    if (CONFIG.includes(reason)) return notCreated(pod, status, reason)
    const last = status.lastState?.terminated ?? status.state?.terminated
    if (last?.reason === 'OOMKilled') return outOfMemory(pod, status)
    if (reason === 'CrashLoopBackOff') return crashed(pod, status)
  }
  return undefined
}

/** One line for the screen: what the pod is doing now. */
export function podNote(object: KubeObject): string {
  const pod = object as unknown as PodView
  for (const status of statuses(pod)) {
    const { waiting, running, terminated } = status.state ?? {}
    if (terminated && status.ready) continue
    if (terminated?.exitCode === 0) continue
    if (waiting?.reason === 'PodInitializing') continue
    if (waiting)
      return waiting.reason === 'ContainerCreating'
        ? `pulling ${shortImage(pod, status.name)}`
        : `${status.name}: ${waiting.reason ?? 'waiting'}`
    if (running && !status.ready) return `${status.name} is starting`
    if (running) continue
    if (terminated) return `${status.name} ended with code ${terminated.exitCode}, restarting`
  }
  if (statuses(pod).length === 0) return 'waiting for a node'
  return pod.status?.containerStatuses?.every(status => status.ready) ? 'ready' : 'starting'
}

const statuses = (pod: PodView): readonly ContainerStatus[] => [
  ...(pod.status?.initContainerStatuses ?? []),
  ...(pod.status?.containerStatuses ?? []),
]

function imageOf(pod: PodView, container: string): string {
  return (
    [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])].find(one => one.name === container)
      ?.image ?? 'image'
  )
}

const shortImage = (pod: PodView, container: string): string =>
  imageOf(pod, container).split('/').at(-1) ?? 'image'

function pullFailed(pod: PodView, status: ContainerStatus): PodProblem {
  const image = imageOf(pod, status.name)
  return {
    code: 'workload/image-pull',
    kind: 'missing',
    summary: `The node cannot pull ${image}`,
    detail: [status.state?.waiting?.message ?? ''].filter(Boolean),
    nextSteps: [
      'Mirror the image into the registry (the check «Both images are in the registry» names the command)',
      'Then run the same command again',
    ],
  }
}

function notCreated(pod: PodView, status: ContainerStatus, reason: string): PodProblem {
  return {
    code: 'workload/container-not-created',
    kind: 'invalid',
    summary: `Container ${status.name} of ${pod.metadata.name} cannot be created: ${reason}`,
    detail: [status.state?.waiting?.message ?? ''].filter(Boolean),
    nextSteps: [
      'Read the message above: it names the Secret, ConfigMap or security rule',
      'Then run the same command again',
    ],
  }
}

function outOfMemory(pod: PodView, status: ContainerStatus): PodProblem {
  return {
    code: 'workload/out-of-memory',
    kind: 'invalid',
    summary: `Container ${status.name} of ${pod.metadata.name} was killed because it used more memory than its limit`,
    nextSteps: [
      'Raise the limit in the settings file: resources.web.limits.memory or resources.worker.limits.memory',
    ],
    container: status.name,
    crashed: true,
  }
}

function crashed(pod: PodView, status: ContainerStatus): PodProblem {
  const code = status.lastState?.terminated?.exitCode
  return {
    code: 'workload/crash-loop',
    kind: 'invalid',
    summary: `Container ${status.name} of ${pod.metadata.name} ends again and again${code === undefined ? '' : ` (exit code ${code})`}`,
    nextSteps: ['Read its last lines above', 'Mend the cause, then run the same command again'],
    container: status.name,
    crashed: true,
  }
}

function unschedulable(pod: PodView, message: string): PodProblem {
  return {
    code: 'workload/unschedulable',
    kind: 'conflict',
    summary: `No node has room for pod ${pod.metadata.name}`,
    detail: [message],
    nextSteps: [
      'Free CPU or memory on a node, or lower resources.web.requests / resources.worker.requests in the settings file',
    ],
  }
}
