import type { KubeObject } from '../../kubernetes/port.ts'
import { all, find, setStatus } from '../kubernetes/store.ts'
import type { World } from '../world.ts'
import type { Controller } from './reconcile.ts'

const GATEWAY_API = 'gateway.networking.k8s.io/v1'
const CONTROLLER = 'gateway.envoyproxy.io/gatewayclass-controller'

interface Listener {
  readonly name: string
  readonly hostname?: string
}

interface ParentRef {
  readonly name: string
  readonly namespace?: string
  readonly sectionName?: string
}

/** Status of Gateways, HTTPRoutes and Ingresses. */
export const networking: Controller = world => {
  const acted = [
    ...all(world, GATEWAY_API, 'Gateway').map(stored =>
      setStatus(world, stored, gateway(world, stored.object)),
    ),
    ...all(world, GATEWAY_API, 'HTTPRoute').map(stored =>
      setStatus(world, stored, route(world, stored.object)),
    ),
    ...all(world, 'networking.k8s.io/v1', 'Ingress').map(stored =>
      setStatus(world, stored, {
        loadBalancer: hasClass(world, stored.object) ? { ingress: [{ ip: world.facts.gatewayIp }] } : {},
      }),
    ),
  ]
  return acted.some(Boolean)
}

const condition = (type: string, good: boolean, reason: string, generation: number | undefined) => ({
  type,
  status: good ? 'True' : 'False',
  reason,
  observedGeneration: generation ?? 1,
  message: '',
})

function gateway(world: World, object: KubeObject): Record<string, unknown> {
  const { listeners = [] } = object.spec as { listeners?: Listener[] }
  const generation = object.metadata.generation
  return {
    addresses: [{ type: 'IPAddress', value: world.facts.gatewayIp }],
    conditions: [
      condition('Accepted', true, 'Accepted', generation),
      condition('Programmed', true, 'Programmed', generation),
    ],
    listeners: listeners.map(({ name }) => ({
      name,
      attachedRoutes: 0,
      supportedKinds: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' }],
      conditions: [
        condition('Accepted', true, 'Accepted', generation),
        condition('Programmed', true, 'Programmed', generation),
        condition('ResolvedRefs', true, 'ResolvedRefs', generation),
      ],
    })),
  }
}

function route(world: World, object: KubeObject): Record<string, unknown> {
  const spec = object.spec as {
    parentRefs?: ParentRef[]
    hostnames?: string[]
    rules?: { backendRefs?: { name: string; namespace?: string; port?: number }[] }[]
  }
  const { namespace, generation } = object.metadata
  const backends = (spec.rules ?? []).flatMap(rule => rule.backendRefs ?? [])
  const resolved = backends.every(backend =>
    find(world, {
      apiVersion: 'v1',
      kind: 'Service',
      namespace: backend.namespace ?? namespace,
      name: backend.name,
    }),
  )
  return {
    parents: (spec.parentRefs ?? []).map(parentRef => {
      const reason = acceptance(world, parentRef, { namespace: namespace!, hostnames: spec.hostnames ?? [] })
      return {
        parentRef,
        controllerName: CONTROLLER,
        conditions: [
          condition('Accepted', reason === 'Accepted', reason, generation),
          condition('ResolvedRefs', resolved, resolved ? 'ResolvedRefs' : 'BackendNotFound', generation),
        ],
      }
    }),
  }
}

export function acceptance(
  world: World,
  parent: ParentRef,
  { namespace, hostnames }: { namespace: string; hostnames: readonly string[] },
): 'Accepted' | 'NoMatchingParent' | 'NoMatchingListenerHostname' {
  const found = find(world, {
    apiVersion: GATEWAY_API,
    kind: 'Gateway',
    namespace: parent.namespace ?? namespace,
    name: parent.name,
  })
  const { listeners = [] } = (found?.object.spec ?? {}) as { listeners?: Listener[] }
  const sections = listeners.filter(
    one => parent.sectionName === undefined || one.name === parent.sectionName,
  )
  if (sections.length === 0) return 'NoMatchingParent'
  const fits = (host: string, { hostname }: Listener) =>
    hostname === undefined ||
    host === hostname ||
    (hostname.startsWith('*.') && host.endsWith(hostname.slice(1)))
  return hostnames.length === 0 || hostnames.some(host => sections.some(listener => fits(host, listener)))
    ? 'Accepted'
    : 'NoMatchingListenerHostname'
}

export function hasClass(world: World, ingress: KubeObject): boolean {
  const { ingressClassName } = ingress.spec as { ingressClassName?: string }
  return (
    ingressClassName !== undefined &&
    find(world, { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', name: ingressClassName }) !==
      undefined
  )
}
