import type { Settings } from '../config/settings.ts'
import type { Clock } from '../engine/context.ts'
import { raise } from '../engine/problem.ts'
import { type Connections, direct, tunnels } from './connection/connections.ts'
import type { PodPort } from './connection/endpoint.ts'
import type { Escrow } from './escrow/port.ts'
import type { KubeConnection } from './kubernetes/open.ts'
import type { KubernetesPort } from './kubernetes/port.ts'
import { lazy } from './lazy.ts'
import type { Services } from './services.ts'

export { type KubeConnection, openKubernetes } from './kubernetes/open.ts'

export interface OpenPorts {
  readonly settings: Settings
  readonly kubernetes: KubeConnection
  readonly clock: Clock
  readonly random: (bytes: number) => Uint8Array
  readonly escrow: Escrow
  /** Services are reached by their cluster names instead of through the API server: inside the cluster, `--direct`. */
  readonly direct?: boolean
}

export interface OpenedServices extends Services {
  /** Ends every connection, those of the API server too. */
  close(): Promise<void>
}

/** One adapter per system, each loaded with its SDK when it is first used. */
export function openPorts({
  settings,
  kubernetes,
  clock,
  random,
  escrow,
  ...options
}: OpenPorts): OpenedServices {
  const connections = connectionsOf(kubernetes, options.direct === true)
  const closers: (() => Promise<void>)[] = []
  const closing = <T extends { close(): Promise<void> }>(adapter: T): T => {
    closers.push(() => adapter.close())
    return adapter
  }
  const { postgres, clickhouse, valkey, s3, keycloak, registry } = settings
  const web = lazy(async () => {
    const { publicAdapter } = await import('./public/adapter.ts')
    return closing(publicAdapter({ kubernetes: kubernetes.port, connections, settings }))
  })

  return {
    settings,
    clock,
    random,
    escrow,
    kubernetes: kubernetes.port,
    postgres: lazy(async () => {
      const { postgresAdapter } = await import('./postgres/adapter.ts')
      return postgresAdapter({ connections, random, ...postgres })
    }),
    clickhouse: lazy(async () => {
      const { clickhouseAdapter } = await import('./clickhouse/adapter.ts')
      return closing(clickhouseAdapter({ connections, ...clickhouse }))
    }),
    valkey: lazy(async () => {
      const { valkeyAdapter } = await import('./valkey/adapter.ts')
      return valkeyAdapter({ connections, ...valkey })
    }),
    s3: lazy(async () => {
      const { s3Adapter } = await import('./s3/adapter.ts')
      return closing(await s3Adapter({ connections, ...s3 }))
    }),
    keycloak: lazy(async () => {
      const { keycloakAdapter } = await import('./keycloak/adapter.ts')
      return closing(keycloakAdapter({ connections, ...keycloak }))
    }),
    registry: lazy(async () => {
      const { registryAdapter } = await import('./registry/adapter.ts')
      return registryAdapter({ host: registry.host, public: web })
    }),
    public: web,
    langfuse: lazy(async () => {
      const { langfuseAdapter } = await import('./langfuse/adapter.ts')
      return closing(langfuseAdapter({ kubernetes: kubernetes.port, connections, public: web, settings }))
    }),
    async close() {
      await Promise.all(closers.map(close => close()))
      connections.close()
      await kubernetes.close()
    },
  }
}

/** How services are reached; also for what discovery asks before there are settings. */
export function connectionsOf(kubernetes: KubeConnection, bypass: boolean): Connections {
  if (bypass) return direct((pod, signal) => podAddress(kubernetes.port, pod, signal))
  return tunnels(kubernetes.port, (pod, signal) => kubernetes.forward(pod, signal))
}

async function podAddress(
  kubernetes: KubernetesPort,
  { namespace, pod }: PodPort,
  signal: AbortSignal,
): Promise<string> {
  const found = await kubernetes.read({ apiVersion: 'v1', kind: 'Pod', namespace, name: pod }, signal)
  const address = (found?.status as { podIP?: string } | undefined)?.podIP
  return (
    address ??
    raise({
      code: 'connection/no-ready-pod',
      kind: 'unreachable',
      summary: ['The pod ', { value: `${namespace}/${pod}` }, ' has no address'],
      nextSteps: [['See why: ', { command: `kubectl describe pod ${pod} -n ${namespace}` }]],
    })
  )
}
