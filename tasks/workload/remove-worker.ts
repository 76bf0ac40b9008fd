import { withDeadline } from '../../src/engine/deadline.ts'
import type { Undone } from '../../src/engine/task.ts'
import { WORKER } from '../../src/manifests/worker.ts'
import type { KubeObject } from '../../src/platform/kubernetes/port.ts'
import type { Ctx } from '../define.ts'
import { isOurs, namespaced } from '../kubernetes-object.ts'

/** Queues between an accepted event and its row in ClickHouse. */
export const INGESTION_QUEUES: readonly string[] = [
  'ingestion-queue',
  'secondary-ingestion-queue',
  'otel-ingestion-queue',
  'trace-upsert',
]

const DRAIN_MS = 120_000
const LOOK_EVERY_MS = 1_000
const FLUSH_MS = 30_000

/**
 * Takes the worker away without losing what was accepted: the queues run empty first, then it gets its SIGTERM and
 * says `Shutdown complete` when its buffer is flushed. It never exits by itself after that, so the pod is deleted
 * without waiting for the grace period.
 */
export async function removeWorker(ctx: Ctx): Promise<Undone> {
  const { kubernetes, settings } = ctx.services
  const ref = namespaced(settings, 'Deployment', WORKER, 'apps/v1')
  const stored = await kubernetes.read(ref, ctx.signal)
  if (!stored) return { is: 'nothing' }
  if (!isOurs(stored)) return { is: 'left', because: `Deployment ${WORKER} is not ours` }
  const queued = await drain(ctx)
  if (queued > 0)
    return {
      is: 'left',
      because: `${queued} accepted events are still queued; run rollback again when they are stored`,
    }
  await kubernetes.remove(ref, { uid: stored.metadata.uid, signal: ctx.signal })
  const pods = {
    apiVersion: 'v1',
    kind: 'Pod',
    namespace: settings.namespace,
    labelSelector: `app=${WORKER}`,
  }
  for (const pod of await kubernetes.list(pods, ctx.signal)) await endPod(ctx, pod)
  await kubernetes.untilAll(pods, list => (list.length === 0 ? true : undefined), ctx.signal)
  return { is: 'removed', what: `Deployment ${WORKER}` }
}

/** Waits until nothing is queued; what is left when the deadline strikes. */
async function drain(ctx: Ctx): Promise<number> {
  const { clock } = ctx.services
  const end = clock.monotonic() + DRAIN_MS
  for (;;) {
    const queued = await depth(ctx)
    if (queued === 0 || clock.monotonic() > end) return queued
    ctx.progress({ note: `waiting until ${queued} queued events are stored` })
    await clock.sleep(LOOK_EVERY_MS, ctx.signal)
  }
}

async function depth({ services, signal }: Ctx): Promise<number> {
  const index = (await services.escrow.read(signal)).get('VALKEY_INDEX')
  if (!index) return 0
  const queues = await Promise.all(
    INGESTION_QUEUES.map(queue => services.valkey.queue(Number(index.reveal()), queue, signal)),
  )
  return queues.reduce((sum, queue) => sum + queue.waiting + queue.delayed + queue.active, 0)
}

async function endPod(ctx: Ctx, pod: KubeObject): Promise<void> {
  const { kubernetes, clock, settings } = ctx.services
  const ref = namespaced(settings, 'Pod', pod.metadata.name)
  await kubernetes.until(
    ref,
    object => (object === undefined || object.metadata.deletionTimestamp ? true : undefined),
    ctx.signal,
  )
  const end = clock.monotonic() + FLUSH_MS
  const flushed = async () => {
    const lines = await kubernetes.logs(
      { namespace: settings.namespace, pod: pod.metadata.name, container: WORKER },
      { tail: 20, signal: ctx.signal },
    )
    return lines.some(line => line.includes('Shutdown complete'))
  }
  await withDeadline(
    { clock, signal: ctx.signal, ms: FLUSH_MS + 5_000, problem: () => silent(pod) },
    async () => {
      while ((await kubernetes.read(ref, ctx.signal)) && !(await flushed()) && clock.monotonic() < end)
        await clock.sleep(500, ctx.signal)
    },
  )
  await kubernetes.remove(ref, { uid: pod.metadata.uid, graceSeconds: 0, signal: ctx.signal })
}

function silent(pod: KubeObject) {
  return {
    code: 'workload/worker-does-not-end',
    kind: 'timeout' as const,
    summary: `Worker pod ${pod.metadata.name} does not say that it is finished`,
    nextSteps: ['Run the same command again'],
  }
}
