import { raise } from '../../engine/problem.ts'
import type { KubernetesPort } from '../kubernetes/port.ts'

interface PodStatus {
  readonly phase?: string
  readonly conditions?: readonly { readonly type: string; readonly status: string }[]
}

/** A running pod of the worker, ready ones first: it has no Service. */
export async function readyPod(
  kubernetes: KubernetesPort,
  namespace: string,
  signal: AbortSignal,
): Promise<string> {
  const pods = await kubernetes.list(
    { apiVersion: 'v1', kind: 'Pod', namespace, labelSelector: 'app=langfuse-worker' },
    signal,
  )
  const running = pods.filter(pod => (pod.status as PodStatus | undefined)?.phase === 'Running')
  const ready = running.find(pod =>
    (pod.status as PodStatus).conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
  )
  const chosen = ready ?? running[0]
  if (chosen) return chosen.metadata.name
  return raise({
    code: 'langfuse/no-worker',
    kind: 'unreachable',
    summary: 'No pod of the Langfuse worker runs',
    detail: [pods.length > 0 ? `${pods.length} of its pods exist but do not run` : 'It has no pods'],
    nextSteps: [['See why: ', { command: `kubectl get pods,events -n ${namespace}` }]],
  })
}
