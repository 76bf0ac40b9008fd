import { randomUUID } from 'node:crypto'
import { log } from '../log.ts'
import { queue } from '../stores/queues.ts'
import { valkey } from '../stores/valkey.ts'

const key = (projectId: string) => `langfuse:eval:no-job-configs:${projectId}`

/** Tells the evaluation side of a new trace, unless the project is known to have no evaluations. */
export async function announceTrace(projectId: string, traceId: string, timestamp: number): Promise<void> {
  if (await valkey()?.exists(key(projectId))) return
  const target = queue('trace-upsert')
  if (!target) return log.error('TraceUpsertQueue is not initialized')
  await target.waitUntilReady()
  await target.add('trace-upsert', {
    payload: { projectId, traceId, exactTimestamp: new Date(timestamp) },
    id: randomUUID(),
    timestamp: new Date(),
    name: 'trace-upsert',
  })
}

/** There are no evaluations here: remember that for ten minutes. */
export async function noEvaluations(projectId: string): Promise<void> {
  await valkey()?.set(key(projectId), '1', 'EX', 600)
}
