import type { KubeObject } from '../../kubernetes/port.ts'
import { equal } from '../kubernetes/json.ts'
import { isReady, podsOf } from '../kubernetes/reachable.ts'
import { all, find, insert, put, updated } from '../kubernetes/store.ts'
import type { World } from '../world.ts'
import type { Controller } from './reconcile.ts'

interface ServicePort {
  readonly name?: string
  readonly port: number
  readonly protocol?: string
  readonly targetPort?: number | string
}

/** One EndpointSlice per Service with a selector. */
export const services: Controller = world => {
  let changed = false
  for (const { object: service } of all(world, 'v1', 'Service')) {
    const spec = service.spec as { selector?: Record<string, string>; ports?: ServicePort[] } | undefined
    if (!spec?.selector) continue
    changed = slice(world, service, { selector: spec.selector, ports: spec.ports ?? [] }) || changed
  }
  return changed
}

function slice(
  world: World,
  service: KubeObject,
  { selector, ports }: { selector: Record<string, string>; ports: readonly ServicePort[] },
): boolean {
  const { name, namespace, uid } = service.metadata
  const pods = podsOf(world, namespace!, selector).filter(pod => addressOf(pod) !== undefined)
  const wanted: KubeObject = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${name}-slice`,
      namespace: namespace!,
      labels: { 'kubernetes.io/service-name': name },
      ownerReferences: [{ kind: 'Service', name, uid: uid! }],
    },
    addressType: 'IPv4',
    ports: ports.map(port => ({
      name: port.name ?? '',
      port: numeric(port, pods[0]),
      protocol: port.protocol ?? 'TCP',
    })),
    endpoints: pods.map(pod => ({
      addresses: [addressOf(pod)],
      conditions: {
        ready: isReady(pod),
        serving: isReady(pod),
        terminating: pod.metadata.deletionTimestamp !== undefined,
      },
      nodeName: 'tk',
      targetRef: { kind: 'Pod', name: pod.metadata.name, namespace, uid: pod.metadata.uid },
    })),
  }
  const stored = find(world, { ...wanted, name: wanted.metadata.name, namespace })
  if (!stored) {
    insert(world, wanted, [])
    return true
  }
  if (equal(stored.object.endpoints, wanted.endpoints) && equal(stored.object.ports, wanted.ports))
    return false
  const { changed, result } = updated(world, stored, { object: wanted, owners: [] })
  if (changed) put(world, result)
  return changed
}

const addressOf = (pod: KubeObject): string | undefined =>
  (pod.status as { podIP?: string } | undefined)?.podIP

/** A named target port is looked up in the pod; the number of the port itself when it is not there. */
function numeric({ port, targetPort }: ServicePort, pod: KubeObject | undefined): number {
  if (typeof targetPort === 'number') return targetPort
  const spec = pod?.spec as
    | { containers: { ports?: { name?: string; containerPort: number }[] }[] }
    | undefined
  const named = spec?.containers.flatMap(one => one.ports ?? []).find(one => one.name === targetPort)
  return named?.containerPort ?? port
}
