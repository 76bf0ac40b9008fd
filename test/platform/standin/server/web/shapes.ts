import { isoTime } from '../stores/clickhouse.ts'

type Row = Record<string, unknown>
const time = (value: unknown): string | null => (typeof value === 'string' ? isoTime(value) : null)
const numeric = (value: unknown): number | null =>
  value === null || value === undefined ? null : Number(value)

/** Stored text that is JSON is answered as JSON. */
export const parsed = (value: unknown): unknown => {
  if (typeof value !== 'string') return value ?? null
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
const parsedMap = (value: unknown): Row =>
  Object.fromEntries(Object.entries((value ?? {}) as Row).map(([k, v]) => [k, parsed(v)]))
const numbersOf = (value: unknown): Record<string, number> =>
  Object.fromEntries(Object.entries((value ?? {}) as Row).map(([k, v]) => [k, Number(v)]))

export const htmlPath = (projectId: unknown, traceId: unknown) => `/project/${projectId}/traces/${traceId}`

export const traceCore = (r: Row): Row => ({
  id: r.id,
  projectId: r.project_id,
  name: r.name === '' ? null : r.name,
  timestamp: time(r.timestamp),
  environment: r.environment,
  tags: r.tags,
  bookmarked: r.bookmarked,
  release: r.release,
  version: r.version,
  userId: r.user_id,
  sessionId: r.session_id,
  public: r.public,
  input: parsed(r.input),
  output: parsed(r.output),
  metadata: parsedMap(r.metadata),
  createdAt: time(r.created_at),
  updatedAt: time(r.updated_at),
})

export const score = (r: Row): Row => ({
  id: r.id,
  timestamp: time(r.timestamp),
  projectId: r.project_id,
  environment: r.environment,
  name: r.name,
  source: r.source,
  authorUserId: r.author_user_id,
  comment: r.comment,
  metadata: parsedMap(r.metadata),
  configId: r.config_id,
  createdAt: time(r.created_at),
  updatedAt: time(r.updated_at),
  queueId: r.queue_id,
  traceId: r.trace_id,
  observationId: r.observation_id,
})
export const scoreValue = (r: Row): Row => ({
  value: r.value,
  stringValue: r.string_value,
  dataType: r.data_type,
})

export type Prices = Record<string, Record<string, number>>

const millis = (from: unknown, to: unknown): number | null =>
  typeof from === 'string' && typeof to === 'string'
    ? Date.parse(isoTime(to)) - Date.parse(isoTime(from))
    : null

/** An observation as lists and single reads give it; inside a trace the prices differ in what stands for "none". */
export function observation(r: Row, prices: Prices, inTrace: boolean): Row {
  const usage = numbersOf(r.usage_details)
  const cost = numbersOf(r.cost_details)
  const model = r.internal_model_id === null ? undefined : prices[String(r.internal_model_id)]
  const price = (kind: string) => model?.[kind] ?? (inTrace ? 0 : null)
  const counted = { input: usage.input ?? 0, output: usage.output ?? 0, total: usage.total ?? 0 }
  return {
    id: r.id,
    traceId: r.trace_id,
    projectId: r.project_id,
    type: r.type,
    environment: r.environment,
    parentObservationId: r.parent_observation_id,
    startTime: time(r.start_time),
    endTime: time(r.end_time),
    name: r.name,
    metadata: parsedMap(r.metadata),
    level: r.level,
    statusMessage: r.status_message,
    version: r.version,
    input: parsed(r.input),
    output: parsed(r.output),
    modelParameters: parsed(r.model_parameters),
    completionStartTime: time(r.completion_start_time),
    promptId: r.prompt_id,
    createdAt: time(r.created_at),
    updatedAt: time(r.updated_at),
    usageDetails: usage,
    costDetails: cost,
    model: r.provided_model_name,
    promptName: r.prompt_name,
    promptVersion: numeric(r.prompt_version),
    latency: millis(r.start_time, r.end_time),
    timeToFirstToken: millis(r.start_time, r.completion_start_time),
    inputPrice: price('input'),
    outputPrice: price('output'),
    totalPrice: price('total'),
    calculatedInputCost: cost.input ?? null,
    calculatedOutputCost: cost.output ?? null,
    calculatedTotalCost: numeric(r.total_cost),
    unit: 'TOKENS',
    promptTokens: counted.input,
    completionTokens: counted.output,
    totalTokens: counted.total,
    modelId: r.internal_model_id,
    usage: { unit: 'TOKENS', ...counted },
  }
}
