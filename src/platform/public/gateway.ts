import type { Settings } from '../../config/settings.ts'
import type { PodPort } from '../connection/endpoint.ts'
import { podBehind } from '../connection/endpoint.ts'
import type { KubeObject, KubernetesPort } from '../kubernetes/port.ts'

interface Address {
  readonly ip?: string
  readonly hostname?: string
  readonly value?: string
}

/**
 * The pod that terminates TLS for the platform's public names, found by address alone, whatever controller it is of:
 * Gateway and Ingress objects say at which addresses they are served; a Service that has one of them, or a pod with
 * that host and host port 443, is what answers there. Undefined when none is found.
 */
export async function gatewayPod(
  kubernetes: KubernetesPort,
  { gateway, expose }: Pick<Settings, 'gateway' | 'expose'>,
  signal: AbortSignal,
): Promise<PodPort | undefined> {
  const addresses = await servedAt(kubernetes, { gateway, expose }, signal)
  if (addresses.size === 0) return undefined
  const services = await kubernetes.list({ apiVersion: 'v1', kind: 'Service' }, signal)
  const service = services.find(
    one => addressesOf(one).some(address => addresses.has(address)) && hasPort(one, 443),
  )
  if (service?.metadata.namespace) {
    const { name, namespace } = service.metadata
    const slices = await kubernetes.list(
      {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        namespace,
        labelSelector: `kubernetes.io/service-name=${name}`,
      },
      signal,
    )
    return podBehind({ namespace, service: name, port: 443 }, service, slices)
  }
  const pods = await kubernetes.list({ apiVersion: 'v1', kind: 'Pod' }, signal)
  return pods.map(pod => hostPort(pod, addresses)).find(found => found !== undefined)
}

async function servedAt(
  kubernetes: KubernetesPort,
  { gateway, expose }: Pick<Settings, 'gateway' | 'expose'>,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  const add = (addresses: readonly Address[] | undefined) => {
    for (const { ip, hostname, value } of addresses ?? []) {
      for (const address of [ip, hostname, value]) if (address) found.add(address)
    }
  }
  if (expose === 'gateway') {
    const object = await kubernetes.read(
      { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', ...gateway },
      signal,
    )
    add((object?.status as { addresses?: readonly Address[] } | undefined)?.addresses)
  } else {
    for (const ingress of await kubernetes.list(
      { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' },
      signal,
    )) {
      add(
        (ingress.status as { loadBalancer?: { ingress?: readonly Address[] } } | undefined)?.loadBalancer
          ?.ingress,
      )
    }
  }
  return found
}

function addressesOf({ spec, status }: KubeObject): readonly string[] {
  const service = spec as {
    clusterIP?: string
    clusterIPs?: readonly string[]
    externalIPs?: readonly string[]
  }
  const balancer = (status as { loadBalancer?: { ingress?: readonly Address[] } } | undefined)?.loadBalancer
    ?.ingress
  return [
    ...(service.clusterIPs ?? [service.clusterIP ?? '']),
    ...(service.externalIPs ?? []),
    ...(balancer ?? []).flatMap(({ ip, hostname }) => [ip ?? '', hostname ?? '']),
  ].filter(address => address !== '' && address !== 'None')
}

function hasPort({ spec }: KubeObject, wanted: number): boolean {
  return (spec as { ports?: readonly { port: number }[] }).ports?.some(({ port }) => port === wanted) ?? false
}

function hostPort(pod: KubeObject, addresses: ReadonlySet<string>): PodPort | undefined {
  const status = pod.status as { hostIP?: string; phase?: string } | undefined
  if (!status?.hostIP || !addresses.has(status.hostIP) || status.phase !== 'Running') return undefined
  const { containers = [] } = pod.spec as {
    containers?: readonly { ports?: readonly { hostPort?: number; containerPort: number }[] }[]
  }
  const port = containers.flatMap(({ ports }) => ports ?? []).find(entry => entry.hostPort === 443)
  if (!port || !pod.metadata.namespace) return undefined
  return { namespace: pod.metadata.namespace, pod: pod.metadata.name, port: port.containerPort }
}
