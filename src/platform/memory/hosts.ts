import type { KubeObject } from '../kubernetes/port.ts'
import { acceptance, hasClass } from './controllers/networking.ts'
import { endpointsOf, type Target } from './kubernetes/reachable.ts'
import { all } from './kubernetes/store.ts'
import type { World } from './world.ts'

/** Where the gateway or the ingress controller sends a request, and whether somebody is there. */
export type Backend =
  | { readonly is: 'served'; readonly target: Target; readonly pods: readonly KubeObject[] }
  | { readonly is: 'empty'; readonly target: Target }
  | { readonly is: 'unrouted' }

export function backendOf(world: World, { host, path }: { host: string; path: string }): Backend {
  const target = [...routed(world, host), ...ingressed(world, host)]
    .filter(one => path.startsWith(one.path))
    .sort((a, b) => b.path.length - a.path.length)[0]?.target
  if (!target) return { is: 'unrouted' }
  const pods = endpointsOf(world, target) ?? []
  return pods.length > 0 ? { is: 'served', target, pods } : { is: 'empty', target }
}

interface Rule {
  readonly path: string
  readonly target: Target
}

function routed(world: World, host: string): Rule[] {
  return all(world, 'gateway.networking.k8s.io/v1', 'HTTPRoute').flatMap(({ object }) => {
    const spec = object.spec as {
      parentRefs?: { name: string; namespace?: string; sectionName?: string }[]
      hostnames?: string[]
      rules?: {
        matches?: { path?: { value?: string } }[]
        backendRefs?: { name: string; namespace?: string; port?: number }[]
      }[]
    }
    const namespace = object.metadata.namespace!
    const accepted = (spec.parentRefs ?? []).some(
      parent => acceptance(world, parent, { namespace, hostnames: spec.hostnames ?? [] }) === 'Accepted',
    )
    if (!accepted || !spec.hostnames?.includes(host)) return []
    return (spec.rules ?? []).flatMap(({ matches = [{}], backendRefs = [] }) =>
      matches.flatMap(match =>
        backendRefs.map(backend => ({
          path: match.path?.value ?? '/',
          target: {
            namespace: backend.namespace ?? namespace,
            service: backend.name,
            port: backend.port ?? 80,
          },
        })),
      ),
    )
  })
}

function ingressed(world: World, host: string): Rule[] {
  return all(world, 'networking.k8s.io/v1', 'Ingress').flatMap(({ object }) => {
    if (!hasClass(world, object)) return []
    const { rules = [] } = object.spec as {
      rules?: {
        host?: string
        http?: {
          paths: {
            path?: string
            backend: { service: { name: string; port: { number?: number; name?: string } } }
          }[]
        }
      }[]
    }
    return rules
      .filter(rule => rule.host === host)
      .flatMap(rule => rule.http?.paths ?? [])
      .map(({ path = '/', backend: { service } }) => ({
        path,
        target: {
          namespace: object.metadata.namespace!,
          service: service.name,
          port: service.port.number ?? portNamed(world, object.metadata.namespace!, service),
        },
      }))
  })
}

function portNamed(
  world: World,
  namespace: string,
  { name, port }: { name: string; port: { name?: string } },
): number {
  const service = all(world, 'v1', 'Service', namespace).find(({ object }) => object.metadata.name === name)
  const spec = service?.object.spec as { ports?: { name?: string; port: number }[] } | undefined
  return spec?.ports?.find(one => one.name === port.name)?.port ?? 0
}
