import type { PlatformFacts } from '../facts.ts'
import type { KubernetesObject } from '../part.ts'

export const namespace = 'gateway-system'
export const contourRef = 'ghcr.io/projectcontour/contour:v1.33.8'
export const envoyRef = 'docker.io/envoyproxy/envoy:v1.38.3'
const labels = { app: 'thinkube-gateway' }
const read = ['get', 'list', 'watch']
const gatewayKinds = [
  ...['gatewayclasses', 'gateways', 'grpcroutes', 'httproutes', 'referencegrants'],
  ...['backendtlspolicies', 'tcproutes', 'tlsroutes'],
]
const contourKinds = ['contourconfigurations', 'extensionservices', 'httpproxies']

export const access: KubernetesObject[] = [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'contour', namespace } },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'contour' },
    rules: [
      { apiGroups: [''], resources: ['configmaps', 'namespaces', 'secrets', 'services'], verbs: read },
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: read },
      { apiGroups: ['gateway.networking.k8s.io'], resources: gatewayKinds, verbs: read },
      {
        apiGroups: ['gateway.networking.k8s.io'],
        resources: gatewayKinds.map(kind => `${kind}/status`),
        verbs: ['update'],
      },
      { apiGroups: ['networking.k8s.io'], resources: ['ingresses', 'ingressclasses'], verbs: read },
      {
        apiGroups: ['networking.k8s.io'],
        resources: ['ingresses/status'],
        verbs: ['create', 'get', 'update'],
      },
      {
        apiGroups: ['projectcontour.io'],
        resources: [...contourKinds, 'tlscertificatedelegations'],
        verbs: read,
      },
      {
        apiGroups: ['projectcontour.io'],
        resources: contourKinds.map(kind => `${kind}/status`),
        verbs: ['create', 'get', 'update'],
      },
    ],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'contour' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'contour' },
    subjects: [{ kind: 'ServiceAccount', name: 'contour', namespace }],
  },
]

export const settings: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'contour', namespace },
  data: {
    'contour.yaml':
      'gateway:\n  gatewayRef: {name: thinkube-gateway, namespace: gateway-system}\naccesslog-format: json\n',
  },
}

/** One pod with both programs: the configuration travels over its loopback and needs no certificates of its own. */
export function deployment(facts: PlatformFacts): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'thinkube-gateway', namespace, labels },
    spec: {
      replicas: 1,
      strategy: { type: 'Recreate' },
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: 'contour',
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 65534,
            runAsGroup: 65534,
            fsGroup: 65534,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          terminationGracePeriodSeconds: 5,
          initContainers: [bootstrap],
          containers: [contour(facts), envoy],
          volumes: [
            { name: 'config', emptyDir: {} },
            { name: 'admin', emptyDir: {} },
            { name: 'settings', configMap: { name: 'contour' } },
          ],
        },
      },
    },
  }
}

const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } })
const security = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  readOnlyRootFilesystem: true,
}
const shared = [
  { name: 'config', mountPath: '/config' },
  { name: 'admin', mountPath: '/admin' },
]
const xds = ['--xds-address=127.0.0.1', '--xds-port=8001']

const bootstrap = {
  name: 'bootstrap',
  image: contourRef,
  args: [
    ...['bootstrap', '/config/envoy.json', ...xds, '--xds-resource-version=v3'],
    '--admin-address=/admin/admin.sock',
  ],
  env: [field('CONTOUR_NAMESPACE', 'metadata.namespace')],
  securityContext: security,
  resources: { requests: { cpu: '10m' } },
  volumeMounts: shared,
}

const contour = (facts: PlatformFacts) => ({
  name: 'contour',
  image: contourRef,
  args: [
    ...['serve', '--incluster', '--insecure', ...xds, '--config-path=/settings/contour.yaml'],
    ...['--disable-leader-election', '--disable-feature=tlsroutes', '--disable-feature=tcproutes'],
    '--disable-feature=backendtlspolicies',
    ...['--ingress-class-name=nginx', `--ingress-status-address=${facts.gatewayIp}`],
  ],
  env: [field('CONTOUR_NAMESPACE', 'metadata.namespace'), field('POD_NAME', 'metadata.name')],
  securityContext: security,
  resources: { requests: { cpu: '20m', memory: '48Mi' }, limits: { memory: '256Mi' } },
  readinessProbe: { httpGet: { path: '/healthz', port: 8000 }, periodSeconds: 1 },
  livenessProbe: { httpGet: { path: '/healthz', port: 8000 }, periodSeconds: 10, failureThreshold: 6 },
  volumeMounts: [{ name: 'settings', mountPath: '/settings', readOnly: true }],
})

const envoy = {
  name: 'envoy',
  image: envoyRef,
  args: [
    ...['-c', '/config/envoy.json', '--service-cluster', namespace, '--service-node', '$(POD_NAME)'],
    ...['--log-level', 'warn', '--concurrency', '1'],
  ],
  env: [field('POD_NAME', 'metadata.name')],
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  resources: { requests: { cpu: '20m', memory: '64Mi' }, limits: { memory: '512Mi' } },
  ports: [
    { containerPort: 8443, name: 'https' },
    { containerPort: 8080, name: 'http' },
  ],
  readinessProbe: { httpGet: { path: '/ready', port: 8002 }, periodSeconds: 1 },
  volumeMounts: shared,
}

export function gatewayService(facts: PlatformFacts): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'thinkube-gateway', namespace, labels },
    spec: {
      selector: labels,
      clusterIP: facts.gatewayIp,
      ports: [
        { name: 'https', port: 443, targetPort: 8443 },
        { name: 'http', port: 80, targetPort: 8080 },
      ],
    },
  }
}
