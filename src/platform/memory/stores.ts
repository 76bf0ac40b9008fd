import type { ServiceTarget } from '../../config/settings.ts'
import { raise } from '../../engine/problem.ts'
import { podBehind } from '../connection/endpoint.ts'
import { demand } from './kubernetes/rights.ts'
import { all, find, view } from './kubernetes/store.ts'
import type { World } from './world.ts'

/** A connection to a service through the API server: Service → ready pod → port-forward. */
export function connect(world: World, target: ServiceTarget): void {
  const { namespace, service: name } = target
  demand(world, { verb: 'get', group: '', resource: 'services', namespace, name })
  const service = find(world, { apiVersion: 'v1', kind: 'Service', namespace, name })
  if (!service) {
    raise({
      code: 'connection/no-service',
      kind: 'missing',
      summary: ['The cluster has no Service ', { value: `${namespace}/${name}` }],
      nextSteps: [
        ['Look what is there: ', { command: `kubectl get services -n ${namespace}` }],
        'Install the platform component that it belongs to',
      ],
    })
  }
  const slices = all(world, 'discovery.k8s.io/v1', 'EndpointSlice', namespace)
    .map(view)
    .filter(slice => slice.metadata.labels?.['kubernetes.io/service-name'] === name)
  const pod = podBehind(target, view(service!), slices)
  demand(world, {
    verb: 'create',
    group: '',
    resource: 'pods',
    subresource: 'portforward',
    namespace,
    name: pod.pod,
  })
}

export const nameOf = ({ namespace, service, port }: ServiceTarget): string =>
  `${namespace}/${service}:${port}`
