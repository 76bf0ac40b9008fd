import type { KubeObject } from '../../kubernetes/port.ts'
import type { World } from '../world.ts'
import { matchesSelector } from './selectors.ts'
import { all, find } from './store.ts'

export interface Target {
  readonly namespace: string
  readonly service: string
  readonly port: number
}

/** The ready pods behind a Service's port; undefined when there is no such Service or port. */
export function endpointsOf(world: World, { namespace, service, port }: Target): KubeObject[] | undefined {
  const found = find(world, { apiVersion: 'v1', kind: 'Service', namespace, name: service })
  const spec = found?.object.spec as
    | { selector?: Record<string, string>; ports?: { port: number }[] }
    | undefined
  if (!spec?.ports?.some(one => one.port === port)) return undefined
  return podsOf(world, namespace, spec.selector).filter(isReady)
}

export function podsOf(
  world: World,
  namespace: string,
  selector: Readonly<Record<string, string>> | undefined,
): KubeObject[] {
  if (!selector) return []
  return all(world, 'v1', 'Pod', namespace)
    .map(stored => stored.object)
    .filter(pod => matchesSelector(pod.metadata.labels, selector))
}

export function isReady(pod: KubeObject): boolean {
  const status = pod.status as { conditions?: { type: string; status: string }[] } | undefined
  return (
    pod.metadata.deletionTimestamp === undefined &&
    (status?.conditions?.some(one => one.type === 'Ready' && one.status === 'True') ?? false)
  )
}

/** The Service that a cluster host name stands for: `valkey.valkey.svc.cluster.local`. */
export function targetOf(host: string, port: number): Target | undefined {
  const match = /^([a-z0-9-]+)\.([a-z0-9-]+)(?:\.svc(?:\.cluster\.local)?)?$/.exec(host)
  return match ? { service: match[1]!, namespace: match[2]!, port } : undefined
}
