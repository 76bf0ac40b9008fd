import { withDeadline } from '../../src/engine/deadline.ts'
import { flatten, type Problem, ProblemError } from '../../src/engine/problem.ts'
import type { Difference } from '../../src/engine/task.ts'
import type { KubeObject } from '../../src/platform/kubernetes/port.ts'
import type { Ctx } from '../define.ts'
import { namespaced } from '../kubernetes-object.ts'
import { type PodProblem, podNote, podTrouble } from './pod-state.ts'

interface DeploymentView {
  readonly metadata: { readonly generation?: number }
  readonly spec?: { readonly replicas?: number }
  readonly status?: {
    readonly observedGeneration?: number
    readonly replicas?: number
    readonly updatedReplicas?: number
    readonly availableReplicas?: number
  }
}

/** What keeps a Deployment from being rolled out whole; empty when it is. */
export function rolloutDifferences(object: KubeObject): readonly Difference[] {
  const { metadata, spec, status } = object as unknown as DeploymentView
  const replicas = spec?.replicas ?? 1
  const differences: Difference[] = []
  if ((status?.observedGeneration ?? 0) < (metadata.generation ?? 0))
    differences.push({
      field: 'status.observedGeneration',
      actual: String(status?.observedGeneration ?? 0),
      wanted: String(metadata.generation),
    })
  for (const field of ['updatedReplicas', 'availableReplicas', 'replicas'] as const) {
    const actual = status?.[field] ?? 0
    if (actual !== replicas)
      differences.push({ field: `status.${field}`, actual: String(actual), wanted: String(replicas) })
  }
  return differences
}

/**
 * Waits until every pod of the newest template is available and none of an older one is left. Ends early when a pod
 * is in trouble that waiting does not heal, with the pod's own last words.
 */
export async function waitForRollout(ctx: Ctx, name: string): Promise<void> {
  const { services, signal } = ctx
  const { settings, clock, kubernetes } = services
  const ref = namespaced(settings, 'Deployment', name, 'apps/v1')
  await withDeadline(
    {
      clock,
      signal,
      ms: settings.timeoutMs,
      problem: () => late(name, settings.timeoutMs, settings.namespace),
    },
    async inner => {
      const stop = new AbortController()
      const both = AbortSignal.any([inner, stop.signal])
      const rolledOut = kubernetes.until(
        ref,
        object => (object && rolloutDifferences(object).length === 0 ? true : undefined),
        both,
      )
      const trouble = newestPods(ctx, name, both)
      try {
        await Promise.race([rolledOut, trouble])
      } finally {
        stop.abort()
        await Promise.allSettled([rolledOut, trouble])
      }
    },
  )
}

/** How long a node may be missing before it counts: the pods of an older template may just be going. */
const PATIENCE_MS = 15_000

/** Follows the pods of the newest template; settles only by a Problem or by the signal. */
async function newestPods(ctx: Ctx, name: string, signal: AbortSignal): Promise<never> {
  const { settings, kubernetes, clock } = ctx.services
  const namespace = settings.namespace
  const sets = { apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace, labelSelector: `app=${name}` }
  const hash = await kubernetes.untilAll(sets, newestHash, signal)
  const pods = {
    apiVersion: 'v1',
    kind: 'Pod',
    namespace,
    labelSelector: `app=${name},pod-template-hash=${hash}`,
  }
  let shown = ''
  const look = (list: readonly KubeObject[]): { pod: KubeObject; problem: PodProblem } | undefined => {
    for (const pod of list) {
      const problem = podTrouble(pod)
      if (problem) return { pod, problem }
      const note = podNote(pod)
      if (note !== shown) ctx.progress({ note })
      shown = note
    }
    return undefined
  }
  for (;;) {
    const seen = await kubernetes.untilAll(pods, look, signal)
    if (seen.problem.code === 'workload/unschedulable') {
      ctx.progress({ note: 'no node has room yet' })
      await clock.sleep(PATIENCE_MS, signal)
      if (look(await kubernetes.list(pods, signal))?.problem.code !== seen.problem.code) continue
    }
    throw new ProblemError(await withLastWords(ctx, seen.pod, seen.problem))
  }
}

function newestHash(sets: readonly KubeObject[]): string | undefined {
  const revision = (set: KubeObject) =>
    Number(set.metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0)
  const newest = [...sets].sort((a, b) => revision(b) - revision(a))[0]
  return newest?.metadata.labels?.['pod-template-hash']
}

async function withLastWords(ctx: Ctx, pod: KubeObject, found: PodProblem): Promise<Problem> {
  const { container, crashed, ...problem } = found
  if (!container) return problem
  const where = { namespace: ctx.services.settings.namespace, pod: pod.metadata.name, container }
  const read = (previous: boolean) =>
    ctx.services.kubernetes.logs(where, { tail: 25, previous, signal: ctx.signal })
  const lines = crashed ? [...(await read(true)), ...(await read(false))].slice(-25) : await read(false)
  for (const line of lines) ctx.log(`${container}: ${line}`)
  return { ...problem, detail: [...(problem.detail ?? []).map(flatten), ...lines.slice(-8)] }
}

function late(name: string, ms: number, namespace: string): Problem {
  return {
    code: 'workload/not-ready-in-time',
    kind: 'timeout',
    summary: `Deployment ${name} is not ready after ${Math.round(ms / 1000)} s`,
    nextSteps: [
      ['Look at its pods: ', { command: `kubectl -n ${namespace} get pods -l app=${name}` }],
      [
        'Read the log: ',
        { command: `kubectl -n ${namespace} logs deploy/${name} --all-containers --tail=50` },
      ],
      ['Allow more time with ', { command: '--timeout 20m' }],
    ],
  }
}
