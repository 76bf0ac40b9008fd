import type { ClickhouseWorld, Job, TraceRow, World } from '../world.ts'
import type { Environment } from './container-environment.ts'
import { otelEvents } from './otel.ts'

type Database = ClickhouseWorld['databases'][string]
type Event = Record<string, unknown>

/** Writes the events of a job to ClickHouse, in the shapes in which the API gives them back. */
export function processJob(
  world: World,
  { database, environment }: { database: Database; environment: Environment },
  job: Job,
): void {
  const time = timeOf(world, environment)
  const events = job.queue === 'otel-ingestion-queue' ? job.events.flatMap(otelEvents) : job.events
  for (const event of events) write(world, { database, project: job.project, time, at: job.at }, event)
}

/**
 * From 26.8 on ClickHouse stores Langfuse's milliseconds × 1000 unless a setting says otherwise; read back, every time
 * is then the last one it knows.
 */
function timeOf(world: World, environment: Environment): (time: unknown) => string | null {
  const [major = 0, minor = 0] = world.clickhouse.version.split('.').map(Number)
  const since = major > 26 || (major === 26 && minor >= 8)
  const told = (environment.CLICKHOUSE_URL ?? '').includes('input_format_read_datetime_number_as_raw_value=1')
  return time => {
    if (typeof time !== 'string') return null
    return since && !told ? '9999-12-31T23:59:59.000Z' : new Date(time).toISOString()
  }
}

interface Target {
  readonly database: Database
  readonly project: string
  readonly at: number
  time(time: unknown): string | null
}

function write(world: World, target: Target, event: Event): void {
  const body = event.body as Event | undefined
  const type = String(event.type)
  const id = body?.id
  // An event without id is accepted and not processed.
  if (!body || typeof id !== 'string') return
  if (type === 'trace-create') {
    const row = rowOf(world, target, id)
    row.trace = { ...row.trace, ...traceOf(world, target, body) }
    return
  }
  const traceId = String(body.traceId ?? '')
  if (traceId === '') return
  const row = rowOf(world, target, traceId)
  if (type === 'score-create') row.scores[id] = { ...row.scores[id], ...scoreOf(world, target, body) }
  else row.observations[id] = { ...row.observations[id], ...observationOf(world, target, { body, type }) }
}

function rowOf(world: World, target: Target, id: string): TraceRow {
  const row: TraceRow = target.database.traces[id] ?? {
    trace: {
      id,
      projectId: target.project,
      name: null,
      timestamp: target.time(new Date(target.at).toISOString()),
      ...BLANK_TRACE,
      createdAt: new Date(target.at).toISOString(),
      updatedAt: new Date(world.now).toISOString(),
      htmlPath: `/project/${target.project}/traces/${id}`,
    },
    observations: {},
    scores: {},
    storedAt: world.now,
  }
  target.database.traces[id] = row
  row.storedAt = world.now
  return row
}

const BLANK_TRACE = {
  environment: 'default',
  tags: [],
  bookmarked: false,
  release: null,
  version: null,
  userId: null,
  sessionId: null,
  public: false,
  input: null,
  output: null,
  metadata: {},
  externalId: null,
}

function traceOf(world: World, { time }: Target, body: Event): Event {
  const { timestamp, ...rest } = body
  return {
    ...rest,
    ...(timestamp !== undefined && { timestamp: time(timestamp) }),
    updatedAt: new Date(world.now).toISOString(),
  }
}

function observationOf(
  world: World,
  { project, time }: Target,
  { body, type }: { body: Event; type: string },
): Event {
  const { startTime, endTime, usage, usageDetails, ...rest } = body
  const details = totalled(
    (usageDetails ?? withoutUnit(usage as Event | undefined)) as Record<string, number>,
  )
  return {
    projectId: project,
    type: type.split('-')[0]!.toUpperCase(),
    environment: 'default',
    parentObservationId: null,
    level: 'DEFAULT',
    statusMessage: null,
    input: null,
    output: null,
    metadata: {},
    model: null,
    ...rest,
    startTime: time(startTime),
    endTime: time(endTime),
    latency: latencyOf(startTime, endTime),
    updatedAt: new Date(world.now).toISOString(),
    usageDetails: details,
    calculatedTotalCost: costOf(String(rest.model ?? ''), details),
    unit: 'TOKENS',
    promptTokens: details.input ?? 0,
    completionTokens: details.output ?? 0,
    totalTokens: details.total ?? 0,
    usage: {
      unit: 'TOKENS',
      input: details.input ?? 0,
      output: details.output ?? 0,
      total: details.total ?? 0,
    },
  }
}

const withoutUnit = (usage: Event | undefined): Event => {
  const { unit: _unit, ...rest } = usage ?? {}
  return rest
}

const totalled = (usage: Record<string, number>): Record<string, number> =>
  Object.keys(usage).length === 0 ? usage : { total: (usage.input ?? 0) + (usage.output ?? 0), ...usage }

/** Dollars per token, from the price list that the worker seeds. */
const PRICES: Readonly<Record<string, { readonly input: number; readonly output: number }>> = {
  'gpt-4o': { input: 2.5e-6, output: 1e-5 },
  'gpt-4o-mini': { input: 1.5e-7, output: 6e-7 },
}

function costOf(model: string, usage: Record<string, number>): number | null {
  const price = PRICES[model]
  return price ? (usage.input ?? 0) * price.input + (usage.output ?? 0) * price.output : null
}

function latencyOf(start: unknown, end: unknown): number | null {
  if (typeof start !== 'string' || typeof end !== 'string') return null
  return Date.parse(end) - Date.parse(start)
}

function scoreOf(world: World, { project, time }: Target, body: Event): Event {
  return {
    projectId: project,
    environment: 'default',
    source: 'API',
    observationId: null,
    comment: null,
    dataType: typeof body.value === 'string' ? 'CATEGORICAL' : 'NUMERIC',
    ...body,
    timestamp: time(body.timestamp ?? new Date(world.now).toISOString()),
  }
}
