import type { Resources, Settings } from '../../config/settings.ts'
import { raise } from '../../engine/problem.ts'
import type { Finder } from './finder.ts'

type Fixed = Pick<
  Settings,
  | 'namespace'
  | 'stateNamespace'
  | 'domain'
  | 'host'
  | 'expose'
  | 'priorityClass'
  | 'version'
  | 'langfuse'
  | 'resources'
  | 'timeoutMs'
>

/** The version that a fresh installation gets. */
export const DEFAULT_VERSION = '3.113.0'

/** What is decided by us rather than found in the cluster; still to be overridden. */
export async function fixedSettings(
  find: Finder,
  { namespace, domain }: { namespace: string; domain: string },
): Promise<Fixed> {
  const text = (key: string, fallback: string) => find.textOr(key, [], fallback)
  const priority = await find.object('PriorityClass', 'thinkube-workload', '', 'scheduling.k8s.io/v1')
  return {
    namespace,
    stateNamespace: await text('stateNamespace', 'thinkube-langfuse'),
    domain,
    host: await text('host', `langfuse.${domain}`),
    expose: 'gateway',
    priorityClass: priority?.metadata.name,
    version: await text('langfuse.version', DEFAULT_VERSION),
    langfuse: {
      organization: {
        id: await text('langfuse.organization.id', 'thinkube'),
        name: await text('langfuse.organization.name', 'Thinkube'),
      },
      project: {
        id: await text('langfuse.project.id', 'default'),
        name: await text('langfuse.project.name', 'Default Project'),
      },
      userEmail: await text('langfuse.user.email', `thinkube@${domain}`),
      userName: await text('langfuse.user.name', 'Thinkube'),
      defaultRole: role(await text('langfuse.defaultRole', 'VIEWER')),
    },
    resources: {
      web: await resources(find, 'web'),
      worker: await resources(find, 'worker'),
    },
    timeoutMs: Number(await text('timeoutMs', '600000')),
  }
}

async function resources(find: Finder, part: 'web' | 'worker'): Promise<Resources> {
  const text = (key: string, fallback: string) => find.textOr(`resources.${part}.${key}`, [], fallback)
  return {
    requests: { cpu: await text('requests.cpu', '500m'), memory: await text('requests.memory', '1Gi') },
    limits: { cpu: await text('limits.cpu', '2'), memory: await text('limits.memory', '4Gi') },
  }
}

const ROLES = ['OWNER', 'ADMIN', 'MEMBER', 'VIEWER', 'NONE'] as const

function role(value: string): (typeof ROLES)[number] {
  return (
    ROLES.find(one => one === value) ??
    raise({
      code: 'settings/invalid',
      kind: 'invalid',
      summary: `langfuse.defaultRole is ${value}`,
      nextSteps: [`Use one of ${ROLES.join(', ')}`],
    })
  )
}
