import type { KubernetesObject } from '../part.ts'
import { kubeletClientGroup, operatorGroup } from './pki.ts'

const rbac = 'rbac.authorization.k8s.io'
const write = ['create', 'get', 'list', 'watch', 'update', 'patch', 'delete', 'deletecollection']
const read = ['get', 'list', 'watch']

/** Rights: the API server's on the kubelet, and those of a platform operator, who is not `system:masters`. */
export function accessObjects(): KubernetesObject[] {
  return [
    binding('platform:api-server-to-kubelet', 'system:kubelet-api-admin', kubeletClientGroup),
    binding(operatorGroup, operatorGroup, operatorGroup),
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRole',
      metadata: { name: operatorGroup },
      rules: operatorRules,
    },
  ]
}

function binding(name: string, role: string, group: string): KubernetesObject {
  return {
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: role },
    subjects: [{ apiGroup: rbac, kind: 'Group', name: group }],
  }
}

const operatorRules = [
  {
    apiGroups: [''],
    resources: ['namespaces', 'services', 'secrets', 'configmaps', 'serviceaccounts', 'pods'],
    verbs: write,
  },
  { apiGroups: [''], resources: ['pods/exec', 'pods/portforward'], verbs: ['create', 'get'] },
  {
    apiGroups: [''],
    resources: [
      'pods/log',
      'events',
      'endpoints',
      'nodes',
      'limitranges',
      'resourcequotas',
      'persistentvolumeclaims',
    ],
    verbs: read,
  },
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: read },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: read },
  {
    apiGroups: ['apps'],
    resources: ['deployments', 'deployments/scale', 'statefulsets', 'statefulsets/scale'],
    verbs: write,
  },
  { apiGroups: ['apps'], resources: ['replicasets', 'daemonsets'], verbs: read },
  { apiGroups: ['batch'], resources: ['jobs'], verbs: write },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: write },
  { apiGroups: ['networking.k8s.io'], resources: ['ingresses'], verbs: write },
  { apiGroups: ['networking.k8s.io'], resources: ['ingressclasses', 'networkpolicies'], verbs: read },
  { apiGroups: ['gateway.networking.k8s.io'], resources: ['httproutes'], verbs: write },
  {
    apiGroups: ['gateway.networking.k8s.io'],
    resources: ['gateways', 'gatewayclasses', 'referencegrants'],
    verbs: read,
  },
  { apiGroups: ['scheduling.k8s.io'], resources: ['priorityclasses'], verbs: read },
  { apiGroups: ['storage.k8s.io'], resources: ['storageclasses'], verbs: read },
  { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs: read },
  // The API server refuses to let anyone grant more than they have.
  { apiGroups: [rbac], resources: ['roles', 'rolebindings'], verbs: write },
]
