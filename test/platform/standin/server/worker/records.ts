import type { ObservationEvent, ScoreEvent, TraceEvent } from '../events/schema.ts'

export type Row = Record<string, unknown>

const millis = (text: string | null | undefined): number | null => (text ? Date.parse(text) : null)

export const stringify = (value: unknown): string | null =>
  value === undefined || value === null ? null : typeof value === 'string' ? value : JSON.stringify(value)

/** Metadata is a map of strings; what is not an object goes under the key `metadata`. */
export function metadataMap(value: unknown): Record<string, string> {
  if (value === undefined || value === null) return {}
  if (typeof value !== 'object') return { metadata: String(value) }
  if (Array.isArray(value)) return { metadata: JSON.stringify(value) }
  return Object.fromEntries(
    Object.entries(value).map(([k, v]) => [k, typeof v === 'string' ? v : (JSON.stringify(v) ?? 'null')]),
  )
}

const numbers = (value: Record<string, unknown> | null | undefined): Record<string, number> =>
  Object.fromEntries(
    Object.entries(value ?? {}).flatMap(([k, v]) => (typeof v === 'number' && v >= 0 ? [[k, v]] : [])),
  )

/** The older `usage` form in its three spellings. */
function legacyUsage(usage: Record<string, unknown> | null | undefined): {
  usage: Record<string, number>
  cost: Record<string, number>
} {
  const u = numbers(usage)
  const pick = (...keys: string[]) => keys.map(key => u[key]).find(v => v !== undefined)
  const entries = (pairs: [string, number | undefined][]) =>
    Object.fromEntries(pairs.filter((pair): pair is [string, number] => pair[1] !== undefined))
  return {
    usage: entries([
      ['input', pick('input', 'promptTokens', 'prompt_tokens')],
      ['output', pick('output', 'completionTokens', 'completion_tokens')],
      ['total', pick('total', 'totalTokens', 'total_tokens')],
    ]),
    cost: entries([
      ['input', u.inputCost],
      ['output', u.outputCost],
      ['total', u.totalCost],
    ]),
  }
}

export function traceRow(event: TraceEvent, projectId: string): Row {
  const b = event.body
  return {
    id: b.id,
    project_id: projectId,
    timestamp: millis(b.timestamp) ?? Date.parse(event.timestamp),
    name: b.name,
    user_id: b.userId,
    metadata: metadataMap(b.metadata),
    release: b.release,
    version: b.version,
    environment: b.environment ?? 'default',
    public: b.public ?? undefined,
    tags: b.tags ? [...new Set(b.tags)].sort() : undefined,
    session_id: b.sessionId,
    input: stringify(b.input),
    output: stringify(b.output),
  }
}

const types: Record<string, string> = {
  'span-create': 'SPAN',
  'span-update': 'SPAN',
  'event-create': 'EVENT',
  'generation-create': 'GENERATION',
  'generation-update': 'GENERATION',
}
export const observationType = (type: string): string =>
  types[type] ?? type.replace(/-create$/, '').toUpperCase()

export function observationRow(event: ObservationEvent, projectId: string): Row {
  const b = event.body
  const g =
    'model' in b || 'usage' in b || 'usageDetails' in b || 'modelParameters' in b
      ? (b as Extract<ObservationEvent, { type: 'generation-create' }>['body'])
      : undefined
  const legacy = legacyUsage(g?.usage)
  const details = numbers(g?.usageDetails)
  const cost = numbers(g?.costDetails)
  return {
    id: b.id,
    project_id: projectId,
    trace_id: b.traceId,
    type: observationType(event.type),
    environment: b.environment ?? 'default',
    parent_observation_id: b.parentObservationId,
    start_time: millis(b.startTime) ?? Date.parse(event.timestamp),
    end_time: millis(b.endTime),
    name: b.name,
    metadata: metadataMap(b.metadata),
    level: b.level,
    status_message: b.statusMessage,
    version: b.version,
    input: stringify(b.input),
    output: stringify(b.output),
    provided_model_name: g?.model,
    model_parameters: g?.modelParameters ? JSON.stringify(g.modelParameters) : undefined,
    provided_usage_details: Object.keys(details).length > 0 ? details : legacy.usage,
    provided_cost_details: Object.keys(cost).length > 0 ? cost : legacy.cost,
    completion_start_time: millis(g?.completionStartTime),
    prompt_name: g?.promptName,
    prompt_version: g?.promptVersion,
  }
}

export function scoreRow(event: ScoreEvent, projectId: string): Row {
  const b = event.body
  const dataType = b.dataType ?? (typeof b.value === 'number' ? 'NUMERIC' : 'CATEGORICAL')
  const boolean = dataType === 'BOOLEAN' ? (b.value ? 'True' : 'False') : null
  return {
    id: b.id,
    project_id: projectId,
    timestamp: Date.parse(event.timestamp),
    environment: b.environment ?? 'default',
    name: b.name,
    value: typeof b.value === 'number' ? b.value : 0,
    string_value: typeof b.value === 'string' ? b.value : boolean,
    source: b.source ?? 'API',
    data_type: dataType,
    trace_id: b.traceId,
    session_id: b.sessionId,
    dataset_run_id: b.datasetRunId,
    observation_id: b.observationId,
    config_id: b.configId,
    queue_id: b.queueId,
    comment: b.comment,
    metadata: metadataMap(b.metadata),
  }
}
