import type { Candidate, Finder } from './finder.ts'
import { containerEnv, hostOfRoute } from './read-objects.ts'

/** Places in a Thinkube where a value may stand, as candidates for the finder. */
export interface Sources {
  /** A literal environment variable of a workload. */
  env(
    workload: { kind: 'Deployment' | 'StatefulSet'; namespace: string; name: string },
    variable: string,
  ): Candidate
  /** A key of a Secret. */
  secret(namespace: string, name: string, key: string): Candidate
  /** The host of an HTTPRoute, changed by `shape`. */
  routeHost(namespace: string, name: string, shape?: (host: string) => string): Candidate
}

export function sourcesOf(find: Finder): Sources {
  return {
    env: ({ kind, namespace, name }, variable) => ({
      origin: `${kind} ${namespace}/${name} ${variable}`,
      find: async () => containerEnv(await find.object(kind, name, namespace, 'apps/v1'), variable),
    }),
    secret: (namespace, name, key) => ({
      origin: `Secret ${namespace}/${name} ${key}`,
      find: () => find.secretKey(namespace, name, key),
    }),
    routeHost: (namespace, name, shape = host => host) => ({
      origin: `HTTPRoute ${namespace}/${name}`,
      async find() {
        const host = hostOfRoute(
          await find.object('HTTPRoute', name, namespace, 'gateway.networking.k8s.io/v1'),
        )
        return host === undefined ? undefined : shape(host)
      },
    }),
  }
}

export const https = (host: string): string => `https://${host}`

export const CONTROL = 'thinkube-control'
export const CONTROL_BACKEND = {
  kind: 'Deployment',
  namespace: CONTROL,
  name: 'thinkube-control-backend',
} as const
