import type { PlatformFacts } from '../facts.ts'
import type { KubernetesObject } from '../part.ts'

export function namespace(name: string): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
}

export function secret(o: {
  namespace: string
  name: string
  data: Record<string, string>
  type?: string
  labels?: Record<string, string>
}): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace: o.namespace, name: o.name, labels: o.labels },
    type: o.type ?? 'Opaque',
    stringData: o.data,
  }
}

export function service(o: {
  namespace: string
  name: string
  selector: Record<string, string>
  /** Port by name; `''` leaves a single port unnamed. */
  ports: Record<string, number | { port: number; targetPort: number }>
  headless?: boolean
}): KubernetesObject {
  const ports = Object.entries(o.ports).map(([name, port]) => ({
    ...(name === '' ? {} : { name }),
    ...(typeof port === 'number' ? { port } : port),
  }))
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: o.namespace, name: o.name },
    spec: { selector: o.selector, ports, ...(o.headless ? { clusterIP: 'None' } : {}) },
  }
}

/** A route through the platform's gateway, as every Thinkube component makes it. */
export function route(o: {
  namespace: string
  name: string
  host: string
  service: string
  port: number
  timeout?: string
}): KubernetesObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { namespace: o.namespace, name: o.name },
    spec: {
      parentRefs: [{ name: 'thinkube-gateway', namespace: 'gateway-system', sectionName: 'https' }],
      hostnames: [o.host],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/' } }],
          backendRefs: [{ name: o.service, port: o.port }],
          ...(o.timeout ? { timeouts: { request: o.timeout } } : {}),
        },
      ],
    },
  }
}

type PodOptions = {
  kind: 'Deployment' | 'StatefulSet'
  namespace: string
  name: string
  labels: Record<string, string>
  priorityClass: 'thinkube-platform' | 'thinkube-workload'
  /** Numeric user, also the group that owns the volumes. */
  user: number
  /** Seconds between SIGTERM and SIGKILL. */
  grace: number
  container: Record<string, unknown> & { name: string; image: string }
  initContainers?: Record<string, unknown>[]
  volumes: Record<string, unknown>[]
  hostAliases?: { ip: string; hostnames: string[] }[]
}

/** What a container may do: run as an ordinary user and nothing else. */
export const restricted = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
}

/** The store's data, in a folder of the node that outlives the pod as a volume claim does on a Thinkube. */
export function nodeFolder(facts: PlatformFacts, store: string): Record<string, unknown> {
  return { name: 'data', hostPath: { path: `${facts.volumes}/${store}`, type: 'DirectoryOrCreate' } }
}

/** Gives that folder, which the kubelet makes as root, to the user that the store runs as. */
export function ownFolder(image: string, user: number): Record<string, unknown> {
  return {
    name: 'own-data',
    image,
    imagePullPolicy: 'Never',
    command: ['chown', `${user}:${user}`, '/mnt/data'],
    securityContext: {
      ...restricted,
      runAsUser: 0,
      runAsNonRoot: false,
      capabilities: { drop: ['ALL'], add: ['CHOWN'] },
    },
    volumeMounts: [{ name: 'data', mountPath: '/mnt/data' }],
  }
}

/** A single-replica workload that replaces its pod instead of running two on one data folder. */
export function workload(o: PodOptions): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: o.kind,
    metadata: { namespace: o.namespace, name: o.name, labels: o.labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: o.labels },
      ...(o.kind === 'StatefulSet' ? { serviceName: o.name } : { strategy: { type: 'Recreate' } }),
      template: {
        metadata: { labels: o.labels },
        spec: {
          priorityClassName: o.priorityClass,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: o.grace,
          securityContext: { runAsNonRoot: true, runAsUser: o.user, runAsGroup: o.user, fsGroup: o.user },
          ...(o.hostAliases ? { hostAliases: o.hostAliases } : {}),
          ...(o.initContainers ? { initContainers: o.initContainers } : {}),
          containers: [{ imagePullPolicy: 'Never', securityContext: restricted, ...o.container }],
          volumes: o.volumes,
        },
      },
    },
  }
}

/** The document by which a Thinkube component makes itself known (key `service.yaml`, JSON is YAML). */
export function serviceConfig(
  namespace: string,
  facts: PlatformFacts,
  document: { name: string; type?: 'core' | 'optional' } & Record<string, unknown>,
): KubernetesObject {
  const type = document.type ?? 'core'
  const text = JSON.stringify({ service: { ...document, type, component_version: '0.1.0' } }, null, 2)
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      namespace,
      name: 'thinkube-service-config',
      labels: {
        'thinkube.io/managed': 'true',
        'thinkube.io/service-type': type,
        'thinkube.io/service-name': document.name,
        'thinkube.io/component-version': '0.1.0',
      },
    },
    data: { 'service.yaml': text.replaceAll('{{ domain_name }}', facts.domain) },
  }
}
