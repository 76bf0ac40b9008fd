import type { KubernetesObject } from '../part.ts'

/** Priorities and storage as Thinkube's resource policies make them. */
export function clusterObjects(): KubernetesObject[] {
  const priorities = { critical: 1000000, platform: 100000, workload: 10000, batch: 1000 }
  return [
    ...Object.entries(priorities).map(([name, value]) => ({
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: `thinkube-${name}` },
      value,
      globalDefault: name === 'workload',
    })),
    {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: {
        name: 'k8s-hostpath',
        annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
      },
      provisioner: 'rawfile.csi.openebs.io',
      volumeBindingMode: 'WaitForFirstConsumer',
      reclaimPolicy: 'Delete',
    },
  ]
}
