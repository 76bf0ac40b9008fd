import type { KubeObject } from '../kubernetes/port.ts'
import { REHEARSAL_CA } from './certificate.ts'
import type { FixtureFacts } from './fixture.ts'
import { secret } from './fixture-stores.ts'

const NAMESPACES = [
  'default',
  'kube-system',
  'gateway-system',
  'envoy-gateway-system',
  'postgres',
  'gitea',
  'nats',
  'keycloak',
  'clickhouse',
  'valkey',
  'seaweedfs',
  'registry',
  'mlflow',
  'thinkube-control',
]

/** Namespaces, classes, the gateway and its routes, admin Secrets and the documents of service discovery. */
export function platformObjects(facts: FixtureFacts): KubeObject[] {
  const { domain, adminUser, adminPassword } = facts
  const tls = {
    'tls.crt': REHEARSAL_CA,
    'tls.key': 'the key of the rehearsal',
    ...(facts.privateCa && { 'ca.crt': REHEARSAL_CA }),
  }
  return [
    ...[...NAMESPACES, ...(facts.codeServer ? ['code-server'] : [])].map(
      (name): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }),
    ),
    node(),
    priorityClass('thinkube-workload', { value: 10_000, globalDefault: true }),
    priorityClass('thinkube-platform', { value: 100_000 }),
    cluster('storage.k8s.io/v1', 'StorageClass', 'k8s-hostpath', { provisioner: 'rawfile.csi.openebs.io' }),
    cluster('gateway.networking.k8s.io/v1', 'GatewayClass', 'eg', {
      spec: { controllerName: 'gateway.envoyproxy.io/gatewayclass-controller' },
    }),
    { ...secret('gateway-system', 'gateway-tls-secret', tls), type: 'kubernetes.io/tls' },
    gateway(domain),
    route('keycloak', 'keycloak', { host: `auth.${domain}`, service: 'keycloak', port: 8080 }),
    route('seaweedfs', 'seaweedfs-s3-httproute', {
      host: `s3.${domain}`,
      service: 'seaweedfs-s3',
      port: 8333,
    }),
    route('registry', 'harbor', { host: `registry.${domain}`, service: 'harbor', port: 80 }),
    route('thinkube-control', 'thinkube-control-httproute', {
      host: `control.${domain}`,
      service: 'backend',
      port: 8000,
    }),
    secret('thinkube-control', 'admin-credentials', {
      'admin-username': adminUser,
      'admin-password': adminPassword,
    }),
    secret('thinkube-control', 'postgresql-official', { 'postgres-password': adminPassword }),
    secret('thinkube-control', 'mcp-default-token', { token: 'tk_rehearsal0000000000' }),
    secret('thinkube-control', 'mlflow-auth-config', { username: 'thinkube', password: adminPassword }),
    secret('kube-system', 'harbor-robot-credentials', {
      'robot-user': 'robot$thinkube',
      'robot-token': 'rehearsal-robot-token',
    }),
    configMap('thinkube-control', 'ansible-inventory', {
      'inventory.yaml': `all:\n  vars:\n    domain_name: ${domain}\n    admin_username: ${adminUser}\n`,
    }),
    manifest(facts),
    ...['postgres', 'keycloak', 'clickhouse', 'valkey', 'seaweedfs', 'registry'].map(namespace =>
      service(namespace, domain),
    ),
  ]
}

function node(): KubeObject {
  return {
    ...cluster('v1', 'Node', 'tk', { spec: {} }),
    status: {
      nodeInfo: { architecture: 'amd64', kubeletVersion: 'v1.34.4' },
      conditions: [{ type: 'Ready', status: 'True' }],
      allocatable: { cpu: '8', memory: '32Gi' },
    },
  }
}

const cluster = (apiVersion: string, kind: string, name: string, fields: object): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name },
  ...fields,
})

const priorityClass = (name: string, fields: object): KubeObject =>
  cluster('scheduling.k8s.io/v1', 'PriorityClass', name, fields)

function gateway(domain: string): KubeObject {
  const open = { namespaces: { from: 'All' } }
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'thinkube-gateway', namespace: 'gateway-system' },
    spec: {
      gatewayClassName: 'eg',
      listeners: [
        { name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: open },
        {
          name: 'https',
          port: 443,
          protocol: 'HTTPS',
          hostname: `*.${domain}`,
          tls: { mode: 'Terminate', certificateRefs: [{ name: 'gateway-tls-secret' }] },
          allowedRoutes: open,
        },
      ],
    },
  }
}

function route(
  namespace: string,
  name: string,
  { host, service, port }: { host: string; service: string; port: number },
): KubeObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name, namespace },
    spec: {
      parentRefs: [{ name: 'thinkube-gateway', namespace: 'gateway-system', sectionName: 'https' }],
      hostnames: [host],
      rules: [{ backendRefs: [{ name: service, port }] }],
    },
  }
}

function configMap(
  namespace: string,
  name: string,
  data: Record<string, string>,
  labels?: Record<string, string>,
): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace, ...(labels && { labels }) },
    data,
  }
}

function manifest({ domain, versions }: FixtureFacts): KubeObject {
  const registry = `registry.${domain}`
  const images = ['langfuse', 'langfuse-worker'].flatMap(name =>
    versions.map(tag => ({
      name,
      repository: `library/${name}`,
      tag,
      destination_url: `${registry}/library/${name}:${tag}`,
    })),
  )
  return configMap(
    'registry',
    'harbor-system-images',
    { 'manifest.json': JSON.stringify({ registry, images }) },
    { 'thinkube.io/image-manifest': 'true' },
  )
}

function service(namespace: string, domain: string): KubeObject {
  const document = `service:\n  name: ${namespace}\n  type: core\n  endpoints:\n    - name: web\n      type: http\n      url: https://${namespace}.${domain}\n`
  return configMap(
    namespace,
    'thinkube-service-config',
    { 'service.yaml': document },
    { 'thinkube.io/managed': 'true' },
  )
}
