import type { ServiceTarget } from '../../config/settings.ts'
import { ProblemError } from '../../engine/problem.ts'
import type { KubeObject, KubernetesPort } from '../kubernetes/port.ts'

/** A port of one pod: what a port-forward is opened to. */
export interface PodPort {
  readonly namespace: string
  readonly pod: string
  readonly port: number
}

interface ServiceSpec {
  readonly ports?: readonly { readonly name?: string; readonly port: number; readonly protocol?: string }[]
}

interface Endpoint {
  readonly conditions?: { readonly ready?: boolean; readonly serving?: boolean }
  readonly targetRef?: { readonly kind?: string; readonly name?: string; readonly namespace?: string }
}

/** The ready pod and the numeric port behind a Service's port, as kube-proxy would choose it. */
export function podBehind(
  target: ServiceTarget,
  service: KubeObject,
  slices: readonly KubeObject[],
): PodPort {
  const spec = service.spec as ServiceSpec | undefined
  const wanted = spec?.ports?.find(({ port }) => port === target.port)
  if (!wanted) throw new ProblemError(noPort(target, spec))
  let waiting = 0
  for (const slice of slices) {
    const ports = slice.ports as readonly { readonly name?: string; readonly port?: number }[] | undefined
    const port = ports?.find(({ name }) => (name ?? '') === (wanted.name ?? ''))?.port
    for (const { conditions, targetRef } of (slice.endpoints as readonly Endpoint[] | undefined) ?? []) {
      if (targetRef?.kind !== 'Pod' || !targetRef.name) continue
      // `ready` unset means ready: the API says so.
      if (conditions?.ready === false || port === undefined) waiting += 1
      else return { namespace: targetRef.namespace ?? target.namespace, pod: targetRef.name, port }
    }
  }
  throw new ProblemError(noPod(target, waiting))
}

export async function findPod(
  kubernetes: KubernetesPort,
  target: ServiceTarget,
  signal: AbortSignal,
): Promise<PodPort> {
  const { namespace, service: name } = target
  const [service, slices] = await Promise.all([
    kubernetes.read({ apiVersion: 'v1', kind: 'Service', namespace, name }, signal),
    kubernetes.list(
      {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        namespace,
        labelSelector: `kubernetes.io/service-name=${name}`,
      },
      signal,
    ),
  ])
  if (!service) throw new ProblemError(noService(target))
  return podBehind(target, service, slices)
}

function noService({ namespace, service }: ServiceTarget) {
  return {
    code: 'connection/no-service',
    kind: 'missing' as const,
    summary: ['The cluster has no Service ', { value: `${namespace}/${service}` }],
    nextSteps: [
      ['Look at what is there: ', { command: `kubectl get services -n ${namespace}` }],
      'Install the platform component that it belongs to',
    ],
  }
}

function noPort({ namespace, service, port }: ServiceTarget, spec: ServiceSpec | undefined) {
  return {
    code: 'connection/no-port',
    kind: 'missing' as const,
    summary: ['The Service ', { value: `${namespace}/${service}` }, ` has no port ${port}`],
    detail: [`It has: ${spec?.ports?.map(entry => entry.port).join(', ') || 'no ports'}`],
    nextSteps: [['Look at it: ', { command: `kubectl describe service ${service} -n ${namespace}` }]],
  }
}

function noPod({ namespace, service }: ServiceTarget, waiting: number) {
  return {
    code: 'connection/no-ready-pod',
    kind: 'unreachable' as const,
    summary: ['No pod behind the Service ', { value: `${namespace}/${service}` }, ' is ready'],
    detail: [waiting > 0 ? `${waiting} of its pods exist but are not ready` : 'It has no pods'],
    nextSteps: [
      ['See why: ', { command: `kubectl get pods,events -n ${namespace}` }],
      'When it was scaled down, scale it up again',
    ],
  }
}
