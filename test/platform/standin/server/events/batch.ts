import { randomUUID } from 'node:crypto'
import { eventPrefix, ingestionDelay } from '../env.ts'
import { log } from '../log.ts'
import { queue } from '../stores/queues.ts'
import { uploadJson } from '../stores/storage.ts'
import { valkey } from '../stores/valkey.ts'
import { entityOf, eventSchema, type IngestionEvent, issueText } from './schema.ts'

export type AuthCheck = { validKey: true; scope: { projectId: string; accessLevel: 'project' | 'scores' } }
export type BatchAnswer = {
  successes: { id: string; status: number }[]
  errors: { id: string; status: number; message: string; error: string }[]
}

const idOf = (event: unknown): string =>
  event && typeof event === 'object' && 'id' in event && typeof event.id === 'string' ? event.id : 'unknown'

/** Creations before updates, each in the order of their own timestamps. */
const sorted = (events: IngestionEvent[]): IngestionEvent[] => {
  const byTime = (a: IngestionEvent, b: IngestionEvent) => Date.parse(a.timestamp) - Date.parse(b.timestamp)
  const isUpdate = (event: IngestionEvent) => event.type.endsWith('-update')
  return [...events.filter(e => !isUpdate(e)).sort(byTime), ...events.filter(isUpdate).sort(byTime)]
}

type Group = { events: IngestionEvent[]; key: string; type: string; bodyId: string }

function grouped(events: IngestionEvent[]): Group[] {
  const groups = new Map<string, Group>()
  for (const event of events) {
    const bodyId = event.body.id
    if (!bodyId) continue // accepted and silently not processed, as upstream
    const key = `${entityOf(event.type)}-${bodyId}`
    const group = groups.get(key) ?? { events: [], key: event.id, type: event.type, bodyId }
    group.events.push(event)
    groups.set(key, group)
  }
  return [...groups.values()]
}

/**
 * Takes a batch in: validates each event, writes one object per body to the event bucket, queues one job each.
 * Nothing reaches ClickHouse here; only the worker does that.
 */
export async function processBatch(
  input: unknown[],
  auth: AuthCheck,
  source: 'api' | 'otel',
  delay?: number,
): Promise<BatchAnswer> {
  const errors: BatchAnswer['errors'] = []
  const accepted = input.flatMap((raw): IngestionEvent[] => {
    const parsed = eventSchema.safeParse(raw)
    if (!parsed.success) {
      errors.push({
        id: idOf(raw),
        status: 400,
        message: 'Invalid request data',
        error: issueText(parsed.error),
      })
      return []
    }
    if (auth.scope.accessLevel === 'scores' && parsed.data.type !== 'score-create') {
      errors.push({
        id: parsed.data.id,
        status: 401,
        message: 'Authentication error',
        error: 'Access Scope Denied',
      })
      return []
    }
    return [parsed.data]
  })
  const groups = grouped(sorted(accepted.filter(event => event.type !== 'sdk-log')))
  const project = auth.scope.projectId

  const uploads = await Promise.allSettled(
    groups.map(g =>
      uploadJson(`${eventPrefix()}${project}/${entityOf(g.type)}/${g.bodyId}/${g.key}.json`, g.events),
    ),
  )
  if (uploads.some(upload => upload.status === 'rejected')) {
    log.error('Failed to upload event to S3')
    throw new Error('Failed to upload events to blob storage, aborting event processing')
  }
  if (groups.length > 0 && !valkey()) throw new Error('Redis not initialized, aborting event processing')
  await Promise.all(groups.map(group => addJob(group, auth, delay ?? ingestionDelay(source), source)))
  return { successes: accepted.map(event => ({ id: event.id, status: 201 })), errors }
}

async function addJob(group: Group, auth: AuthCheck, delay: number, source: 'api' | 'otel'): Promise<void> {
  const target = queue('ingestion-queue')
  if (!target) throw new Error('Failed to instantiate ingestion queue')
  const data = {
    type: group.type,
    eventBodyId: group.bodyId,
    fileKey: group.key,
    skipS3List: source === 'otel' && entityOf(group.type) === 'observation',
  }
  const job = {
    id: randomUUID(),
    timestamp: new Date(),
    name: 'ingestion-job',
    payload: { data, authCheck: auth },
  }
  // Until Valkey is reachable the call waits: so does the real server's.
  await target.waitUntilReady()
  await target.add('ingestion-job', job, { delay })
}
