/** What the server knows of a kind. */
export interface Kind {
  readonly apiVersion: string
  readonly kind: string
  readonly plural: string
  readonly namespaced: boolean
}

const kind = (apiVersion: string, name: string, plural: string, namespaced = true): Kind => ({
  apiVersion,
  kind: name,
  plural,
  namespaced,
})

const GATEWAY = 'gateway.networking.k8s.io/v1'

const KINDS: readonly Kind[] = [
  kind('v1', 'Namespace', 'namespaces', false),
  kind('v1', 'Node', 'nodes', false),
  kind('v1', 'PersistentVolume', 'persistentvolumes', false),
  kind('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims'),
  kind('v1', 'Pod', 'pods'),
  kind('v1', 'Service', 'services'),
  kind('v1', 'Secret', 'secrets'),
  kind('v1', 'ConfigMap', 'configmaps'),
  kind('v1', 'Event', 'events'),
  kind('v1', 'ServiceAccount', 'serviceaccounts'),
  kind('v1', 'ResourceQuota', 'resourcequotas'),
  kind('v1', 'LimitRange', 'limitranges'),
  kind('apps/v1', 'Deployment', 'deployments'),
  kind('apps/v1', 'ReplicaSet', 'replicasets'),
  kind('apps/v1', 'StatefulSet', 'statefulsets'),
  kind('batch/v1', 'Job', 'jobs'),
  kind('networking.k8s.io/v1', 'Ingress', 'ingresses'),
  kind('networking.k8s.io/v1', 'IngressClass', 'ingressclasses', false),
  kind('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies'),
  kind('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets'),
  kind('discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices'),
  kind('coordination.k8s.io/v1', 'Lease', 'leases'),
  kind('scheduling.k8s.io/v1', 'PriorityClass', 'priorityclasses', false),
  kind('storage.k8s.io/v1', 'StorageClass', 'storageclasses', false),
  kind('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'customresourcedefinitions', false),
  kind('rbac.authorization.k8s.io/v1', 'Role', 'roles'),
  kind('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings'),
  kind('rbac.authorization.k8s.io/v1', 'ClusterRole', 'clusterroles', false),
  kind(GATEWAY, 'GatewayClass', 'gatewayclasses', false),
  kind(GATEWAY, 'Gateway', 'gateways'),
  kind(GATEWAY, 'HTTPRoute', 'httproutes'),
]

/** The kind, unless this server does not have it. `missing` holds `apiVersion Kind`. */
export function kindOf(
  { apiVersion, kind }: { apiVersion: string; kind: string },
  missing: readonly string[],
): Kind | undefined {
  if (missing.includes(`${apiVersion} ${kind}`)) return undefined
  return KINDS.find(one => one.apiVersion === apiVersion && one.kind === kind)
}

export const groupOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
