import { fail, pass } from '../../src/engine/check.ts'
import type { AccessRequest } from '../../src/platform/kubernetes/port.ts'
import type { PreflightCheck } from '../define.ts'

/** Every right an installation and its rollback use, asked for before anything is changed. */
export const rights: PreflightCheck = {
  id: 'preflight/rights',
  title: 'This login may do everything that is needed',
  group: 'Cluster',
  subject: 'the API server',
  async run({ services, signal }) {
    const requests = requiredRights(services.settings.namespace, services.settings.stateNamespace)
    const answers = await services.kubernetes.can(requests, signal)
    const missing = requests.filter((_, index) => !answers[index])
    if (missing.length === 0) return pass(`${requests.length} rights`)
    return fail({
      code: 'cluster/rights-missing',
      kind: 'forbidden',
      summary: `${missing.length} of ${requests.length} needed rights are missing`,
      detail: missing.map(describe),
      nextSteps: [
        'Ask a cluster administrator for the rights above',
        ['Or use another login: ', { command: '--context NAME' }],
      ],
    })
  },
}

const describe = ({ verb, group, resource, subresource, namespace }: AccessRequest): string =>
  `${verb} ${resource}${subresource ? `/${subresource}` : ''}${group ? `.${group}` : ''}${namespace ? ` in ${namespace}` : ''}`

export function requiredRights(namespace: string, stateNamespace: string): readonly AccessRequest[] {
  const each = (
    verbs: readonly string[],
    group: string,
    resource: string,
    where: { namespace?: string; subresource?: string } = {},
  ): readonly AccessRequest[] => verbs.map(verb => ({ verb, group, resource, ...where }))
  const write = ['get', 'list', 'watch', 'create', 'patch', 'delete']
  return [
    ...each(['get', 'create', 'patch', 'delete'], '', 'namespaces'),
    ...each(write, '', 'secrets', { namespace }),
    ...each(write, '', 'configmaps', { namespace }),
    ...each(write, '', 'services', { namespace }),
    ...each(write, 'apps', 'deployments', { namespace }),
    ...each(write, 'gateway.networking.k8s.io', 'httproutes', { namespace }),
    ...each(['list', 'watch'], 'apps', 'replicasets', { namespace }),
    ...each(['get', 'list', 'watch', 'delete'], '', 'pods', { namespace }),
    ...each(['get'], '', 'pods', { namespace, subresource: 'log' }),
    ...each(['get', 'create', 'patch'], '', 'secrets', { namespace: stateNamespace }),
    ...each(['get', 'create', 'patch'], '', 'configmaps', { namespace: stateNamespace }),
    ...each(['get', 'create', 'update'], 'coordination.k8s.io', 'leases', { namespace: stateNamespace }),
    ...each(['create'], '', 'pods', { subresource: 'portforward' }),
    ...each(['get', 'list'], '', 'services'),
    ...each(['list'], 'discovery.k8s.io', 'endpointslices'),
  ]
}
