import { randomUUID } from 'node:crypto'
import type { Job } from 'bullmq'
import { eventBucket, eventPrefix } from '../env.ts'
import { type AuthCheck, processBatch } from '../events/batch.ts'
import { otelEvents } from '../events/otel.ts'
import { idText, type ResourceSpans } from '../events/otel-values.ts'
import { entityOf, eventSchema, type IngestionEvent } from '../events/schema.ts'
import { log } from '../log.ts'
import { clickhouse } from '../stores/clickhouse.ts'
import { download, list, removeAll } from '../stores/storage.ts'
import { valkey } from '../stores/valkey.ts'
import { mergeAndWrite } from './merge.ts'
import { noEvaluations } from './trace-upsert.ts'
import { addRow, startWriter } from './writer.ts'

type Ingestion = {
  payload: {
    data: { type: string; eventBodyId: string; fileKey: string; skipS3List?: boolean }
    authCheck: AuthCheck
  }
}
type Otel = { payload: { data: { fileKey: string; publicKey: string }; authCheck: AuthCheck } }

const parsed = (text: string): IngestionEvent[] => {
  const value: unknown = JSON.parse(text)
  return (Array.isArray(value) ? value : [value]) as IngestionEvent[]
}

async function named<T>(what: string, job: Job, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    log.error(`Failed job ${what} processing for ${job.data.payload.authCheck.scope.projectId}`, error)
    throw error
  }
}

export const ingestion = (job: Job<Ingestion>) =>
  named('ingestion', job, async () => {
    const { data, authCheck } = job.data.payload
    const projectId = authCheck.scope.projectId
    const entity = entityOf(data.type)
    const prefix = `${eventPrefix()}${projectId}/${entity}/${data.eventBodyId}/`
    const path = `${prefix}${data.fileKey}.json`
    const now = Date.now()
    startWriter()
    addRow('blob_storage_file_log', {
      id: randomUUID(),
      project_id: projectId,
      entity_type: entity,
      entity_id: data.eventBodyId,
      event_id: data.fileKey,
      bucket_name: eventBucket(),
      bucket_path: path,
      created_at: now,
      updated_at: now,
      event_ts: now,
      is_deleted: 0,
    })
    const files = data.skipS3List ? [{ file: path, createdAt: new Date() }] : await list(prefix)
    const events = (await Promise.all(files.map(file => download(file.file)))).flatMap(parsed)
    if (events.length === 0) {
      log.warn(`No events found for project ${projectId} and event ${data.eventBodyId}`)
      return
    }
    const createdAt =
      files.map(file => file.createdAt).sort((a, b) => a.getTime() - b.getTime())[0] ?? new Date()
    await mergeAndWrite(entity, projectId, data.eventBodyId, createdAt, events)
  })

const seenKey = (projectId: string, traceId: string) => `langfuse:project:${projectId}:trace:${traceId}:seen`

async function seenTraces(projectId: string, spans: ResourceSpans[]): Promise<Set<string>> {
  const ids = new Set(
    spans.flatMap(r => (r.scopeSpans ?? []).flatMap(s => (s.spans ?? []).map(span => idText(span.traceId)))),
  )
  const seen = new Set<string>()
  for (const id of ids) {
    const fresh = await valkey()?.set(seenKey(projectId, id), '1', 'EX', 600, 'NX')
    if (!fresh) seen.add(id)
  }
  return seen
}

export const otel = (job: Job<Otel>) =>
  named('otel ingestion', job, async () => {
    const { data, authCheck } = job.data.payload
    const projectId = authCheck.scope.projectId
    const spans = JSON.parse(await download(data.fileKey)) as ResourceSpans[]
    startWriter()
    const events = otelEvents(spans, await seenTraces(projectId, spans))
    const traces = events.filter(event => entityOf(event.type) === 'trace')
    const observations = events.flatMap(event => {
      if (entityOf(event.type) !== 'observation') return []
      const result = eventSchema.safeParse(event)
      if (!result.success) log.warn(`Failed to parse otel observation: ${result.error.message}`)
      return result.success ? [result.data] : []
    })
    await Promise.all([
      processBatch(traces, authCheck, 'otel', 0),
      ...observations.map(event =>
        mergeAndWrite('observation', projectId, event.body.id ?? '', new Date(), [event]),
      ),
    ])
  })

export const traceUpsert = async (job: Job<{ payload: { projectId: string } }>) =>
  noEvaluations(job.data.payload.projectId)

export const traceDelete = async (
  job: Job<{ payload: { projectId: string; traceId?: string; traceIds?: string[] } }>,
) => {
  const { projectId, traceId, traceIds } = job.data.payload
  const ids = traceIds ?? (traceId ? [traceId] : [])
  for (const id of ids) {
    const files = await list(`${eventPrefix()}${projectId}/trace/${id}/`)
    await removeAll(
      'EVENT_UPLOAD',
      files.map(file => file.file),
    )
  }
  for (const [table, column] of [
    ['traces', 'id'],
    ['observations', 'trace_id'],
    ['scores', 'trace_id'],
  ]) {
    await clickhouse().command({
      query: `DELETE FROM ${table} WHERE project_id = {projectId: String} AND ${column} IN ({ids: Array(String)})`,
      query_params: { projectId, ids },
    })
  }
}
