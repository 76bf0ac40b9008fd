import type { Entity, IngestionEvent, ObservationEvent, ScoreEvent, TraceEvent } from '../events/schema.ts'
import { query } from '../stores/clickhouse.ts'
import { first } from '../stores/postgres.ts'
import { costOf, findModel, type Numbers, pricesOf, usageWithTotal } from './pricing.ts'
import { observationRow, type Row, scoreRow, traceRow } from './records.ts'
import { announceTrace } from './trace-upsert.ts'
import { addRow } from './writer.ts'

const immutable = new Set(['id', 'project_id', 'timestamp', 'start_time', 'created_at', 'environment'])
const times = [
  'timestamp',
  'start_time',
  'end_time',
  'completion_start_time',
  'created_at',
  'updated_at',
  'event_ts',
]
const maps = ['metadata', 'provided_usage_details', 'usage_details', 'provided_cost_details', 'cost_details']

/** Later values win, except that what is empty never overwrites, maps are merged and some columns are never changed. */
function overwrite(base: Row, next: Row): Row {
  const result = { ...base }
  for (const [key, value] of Object.entries(next)) {
    if (value === undefined || value === null) continue
    if (immutable.has(key) && result[key] !== undefined) continue
    if (maps.includes(key)) result[key] = { ...(result[key] as object), ...(value as object) }
    else if (key === 'tags')
      result[key] = [...new Set([...((result[key] as string[]) ?? []), ...(value as string[])])].sort()
    else result[key] = value
  }
  return result
}

/** Stored times come back as text and are sent again as numbers of milliseconds. */
function fromStore(row: Row): Row {
  const copy = { ...row }
  for (const key of times)
    if (typeof copy[key] === 'string') copy[key] = Date.parse(`${String(copy[key]).replace(' ', 'T')}Z`)
  for (const key of ['provided_usage_details', 'usage_details', 'provided_cost_details', 'cost_details']) {
    if (copy[key])
      copy[key] = Object.fromEntries(Object.entries(copy[key] as object).map(([k, v]) => [k, Number(v)]))
  }
  return copy
}

async function stored(table: string, projectId: string, id: string): Promise<Row | undefined> {
  const rows = await query<Row>(
    `SELECT * FROM ${table} WHERE project_id = {projectId: String} AND id = {id: String} ORDER BY event_ts DESC LIMIT 1 BY id, project_id SETTINGS output_format_json_quote_64bit_integers = 0`,
    { projectId, id },
  )
  return rows[0] ? fromStore(rows[0]) : undefined
}

const byTime = <T extends IngestionEvent>(events: T[]): T[] =>
  [...events].sort(
    (a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp) || (a.type.includes('create') ? -1 : 1),
  )

function finish(rows: Row[], existing: Row | undefined, createdAt: Date): Row {
  const merged = [...(existing ? [existing] : []), ...rows].reduce(overwrite, {})
  const now = Date.now()
  return {
    ...merged,
    created_at: existing?.created_at ?? createdAt.getTime(),
    updated_at: now,
    event_ts: now,
    is_deleted: 0,
  }
}

async function withPrices(row: Row): Promise<Row> {
  const name = row.provided_model_name as string | undefined
  const model = name ? await findModel(String(row.project_id), name) : undefined
  const usage = usageWithTotal((row.provided_usage_details ?? {}) as Numbers)
  const cost = costOf((row.provided_cost_details ?? {}) as Numbers, usage, await pricesOf(model?.id))
  return { ...row, usage_details: usage, ...cost, internal_model_id: model?.id }
}

async function withPrompt(row: Row): Promise<Row> {
  if (!row.prompt_name || row.prompt_version === undefined) return row
  const prompt = await first<{ id: string }>(
    'select id from prompts where project_id = $1 and name = $2 and version = $3',
    [row.project_id, row.prompt_name, row.prompt_version],
  )
  return prompt ? { ...row, prompt_id: prompt.id } : row
}

async function mergeTrace(
  projectId: string,
  id: string,
  createdAt: Date,
  events: TraceEvent[],
): Promise<void> {
  const row = finish(
    byTime(events).map(e => traceRow(e, projectId)),
    await stored('traces', projectId, id),
    createdAt,
  )
  addRow('traces', { bookmarked: false, public: false, tags: [], name: '', ...row })
  if (row.session_id) {
    await first(
      'insert into trace_sessions (id, project_id, environment, created_at, updated_at) values ($1, $2, $3, now(), now()) on conflict do nothing',
      [row.session_id, projectId, row.environment],
    )
  }
  await announceTrace(projectId, id, Number(row.timestamp))
}

async function mergeObservation(
  projectId: string,
  id: string,
  createdAt: Date,
  events: ObservationEvent[],
): Promise<void> {
  const rows = byTime(events).map(e => observationRow(e, projectId))
  const merged = finish(rows, await stored('observations', projectId, id), createdAt)
  const row = await withPrices(await withPrompt({ level: 'DEFAULT', name: '', ...merged }))
  if (row.end_time && Number(row.end_time) < Number(row.start_time)) row.end_time = row.start_time
  if (!row.trace_id) {
    row.trace_id = id
    addRow('traces', {
      id,
      project_id: projectId,
      timestamp: row.start_time,
      name: '',
      environment: row.environment,
      metadata: {},
      tags: [],
      bookmarked: false,
      public: false,
      created_at: Date.now(),
      updated_at: Date.now(),
      event_ts: Date.now(),
      is_deleted: 0,
    })
  }
  addRow('observations', row)
}

async function mergeScore(
  projectId: string,
  id: string,
  createdAt: Date,
  events: ScoreEvent[],
): Promise<void> {
  addRow(
    'scores',
    finish(
      byTime(events).map(e => scoreRow(e, projectId)),
      await stored('scores', projectId, id),
      createdAt,
    ),
  )
}

/** Merges the events of one body with each other and with what is stored, and buffers the row. */
export async function mergeAndWrite(
  entity: Entity,
  projectId: string,
  id: string,
  createdAt: Date,
  events: IngestionEvent[],
): Promise<void> {
  if (events.length === 0) return
  if (entity === 'trace') await mergeTrace(projectId, id, createdAt, events as TraceEvent[])
  else if (entity === 'observation')
    await mergeObservation(projectId, id, createdAt, events as ObservationEvent[])
  else if (entity === 'score') await mergeScore(projectId, id, createdAt, events as ScoreEvent[])
}
