import { withDeadline } from '../../src/engine/deadline.ts'
import type { Problem } from '../../src/engine/problem.ts'
import type { Difference } from '../../src/engine/task.ts'
import { httpRoute, ROUTE } from '../../src/manifests/route.ts'
import type { KubeObject } from '../../src/platform/kubernetes/port.ts'
import { task } from '../define.ts'
import { applyObject, namespaced, observeObject, refOf, removeObject } from '../kubernetes-object.ts'
import { service } from '../workload/service.ts'

interface RouteStatus {
  readonly parents?: readonly {
    readonly conditions?: readonly {
      readonly type: string
      readonly status: string
      readonly reason?: string
      readonly message?: string
    }[]
  }[]
}

const ACCEPT_MS = 60_000

/** The public host. A route is there only when the gateway has accepted it and knows its backend. */
export const route = task({
  id: 'publish/route',
  title: 'Route published',
  system: 'Kubernetes',
  subject: ({ settings }) => `HTTPRoute ${settings.namespace}/${ROUTE} for ${settings.host}`,
  needs: { service },
  async observe(ctx) {
    const found = await observeObject(ctx, httpRoute(ctx.services.settings), routeDifferences)
    if (found.is === 'present' && found.output.length > 0)
      return { is: 'drifted', differences: found.output, expected: undefined }
    return found.is === 'present'
      ? { is: 'present', output: undefined }
      : found.is === 'foreign'
        ? found
        : { ...found, expected: undefined }
  },
  async apply(ctx) {
    const { settings, kubernetes, clock } = ctx.services
    const wanted = httpRoute(settings)
    await applyObject(ctx, wanted)
    let last: readonly Difference[] = []
    await withDeadline(
      { clock, signal: ctx.signal, ms: ACCEPT_MS, problem: () => refused(settings.gateway.name, last) },
      signal =>
        kubernetes.until(
          refOf(wanted),
          object => {
            if (!object) return undefined
            last = routeDifferences(object)
            return last.length === 0 ? true : undefined
          },
          signal,
        ),
    )
  },
  undo: ctx =>
    removeObject(ctx, namespaced(ctx.services.settings, 'HTTPRoute', ROUTE, 'gateway.networking.k8s.io/v1')),
})

export function routeDifferences(object: KubeObject): readonly Difference[] {
  const parents = ((object.status ?? {}) as RouteStatus).parents ?? []
  const conditions = parents.flatMap(parent => parent.conditions ?? [])
  return ['Accepted', 'ResolvedRefs'].flatMap(type => {
    const found = conditions.filter(condition => condition.type === type)
    if (found.length > 0 && found.every(condition => condition.status === 'True')) return []
    const bad = found.find(condition => condition.status !== 'True')
    return [
      {
        field: `status.${type}`,
        actual: bad ? `${bad.reason ?? bad.status}: ${bad.message ?? ''}` : 'not reported yet',
        wanted: 'True',
      },
    ]
  })
}

function refused(gateway: string, last: readonly Difference[]): Problem {
  return {
    code: 'publish/route-not-accepted',
    kind: 'invalid',
    summary: `Gateway ${gateway} does not accept the route`,
    detail: last.map(difference => `${difference.field}: ${difference.actual}`),
    nextSteps: [
      ['Look at the gateway: ', { command: `kubectl -n gateway-system describe gateway ${gateway}` }],
      'Check that its https listener allows routes from all namespaces and covers the host name',
    ],
  }
}
