import type { Running } from '../programs/running.ts'
import { bucketOf, valkeyOf } from '../programs/stores.ts'
import type { Job, World } from '../world.ts'
import type { Api } from './langfuse-web.ts'
import { header, json, jsonOf, type Reply, type Request } from './reply.ts'

const TYPES =
  /^(trace-create|(span|generation)-(create|update)|event-create|score-create|sdk-log|(agent|tool|chain|retriever|evaluator|embedding|guardrail)-create)$/

/** Milliseconds from acceptance to readable, as measured. */
const LEGACY_MS = 6_000
const OTEL_MS = 1_000

/** `POST /api/public/ingestion`: 207 always, with a verdict per event. */
export function ingest(call: Api): Reply {
  const { request } = call
  if (request.method !== 'POST')
    return json(405, { message: 'Method not allowed', error: 'MethodNotAllowedError' })
  const body = jsonOf(request) as { batch?: unknown } | undefined
  if (body === undefined) return { status: 400, body: 'Invalid JSON' }
  if (!Array.isArray(body.batch)) {
    return json(400, {
      message: 'Invalid request data',
      errors: ['Invalid input: expected array, received undefined'],
    })
  }
  const events = body.batch as Record<string, unknown>[]
  const good = events.filter(isValid)
  const failure = enqueue(call, { queue: 'ingestion-queue', delay: LEGACY_MS, events: good })
  if (failure) return failure
  return json(207, {
    successes: good.map(event => ({ id: event.id, status: 201 })),
    errors: events
      .filter(event => !isValid(event))
      .map(event => ({ id: event.id, status: 400, message: 'Invalid request data', error: '[]' })),
  })
}

function isValid(event: Record<string, unknown>): boolean {
  const timestamp = String(event.timestamp)
  return TYPES.test(String(event.type)) && /^\d{4}-\d\d-\d\dT.+(Z|[+-]\d\d:?\d\d)$/.test(timestamp)
}

/** `POST /api/public/otel/v1/traces`: the answer is the queued job. */
export function ingestOtel(call: Api): Reply {
  const { request, project, runtime } = call
  if (request.method !== 'POST')
    return json(405, { message: 'Method not allowed', error: 'MethodNotAllowedError' })
  if (!(header(request, 'content-type') ?? '').startsWith('application/json'))
    return json(400, { error: 'Invalid content type' })
  const body = jsonOf(request) as { resourceSpans?: unknown[] } | undefined
  if (body === undefined) return json(400, { error: 'Failed to parse OTel JSON Trace' })
  if (!body.resourceSpans?.length) return json(200, {})
  const failure = enqueue(call, {
    queue: 'otel-ingestion-queue',
    delay: OTEL_MS,
    events: [body as Record<string, unknown>],
  })
  if (failure) return failure
  return json(200, {
    name: 'otel-ingestion-job',
    data: {
      timestamp: new Date(runtime.world.now).toISOString(),
      name: 'otel-ingestion-job',
      payload: { data: { publicKey: project.publicKey }, authCheck: { validKey: true } },
    },
    queueQualifiedName: 'bull:otel-ingestion-queue',
  })
}

function enqueue(
  { runtime: { world }, web, project }: Api,
  { queue, delay, events }: Pick<Job, 'queue' | 'events'> & { delay: number },
): Reply | undefined {
  if (events.length === 0) return undefined
  const bucket = bucketOf(world, web.environment, 'EVENT')
  if (bucket.is === 'failed')
    return json(500, {
      message: 'Failed to upload events to blob storage, aborting event processing',
      error: bucket.lines[0],
    })
  const valkey = valkeyOf(world, web.environment)
  if (valkey.is === 'failed') return json(500, { message: 'Internal Server Error', error: valkey.lines[0] })
  world.counter += 1
  bucket.at.objects[`${queue === 'otel-ingestion-queue' ? 'otel/' : ''}${project.id}/${world.counter}.json`] =
    JSON.stringify(events)
  const at = world.now
  world.valkey.jobs.push({ index: valkey.at.index, queue, at, due: at + delay, project: project.id, events })
  return undefined
}

/** `GET /api/admin/bullmq`. */
export function queues(world: World, web: Running, request: Request): Reply {
  const wanted = web.environment.ADMIN_API_KEY
  if (!wanted) return json(403, { error: 'ADMIN_API_KEY is not set' })
  if (header(request, 'authorization') !== `Bearer ${wanted}`)
    return json(401, { error: 'Unauthorized: Invalid token' })
  const count = (queue: Job['queue'], delayed: boolean) =>
    world.valkey.jobs.filter(job => job.queue === queue && job.due > job.at === delayed).length
  return json(
    200,
    (['otel-ingestion-queue', 'ingestion-queue'] as const).map(queueName => ({
      queueName,
      jobCount: {
        active: 0,
        completed: 0,
        delayed: count(queueName, true),
        failed: 0,
        paused: 0,
        prioritized: 0,
        waiting: count(queueName, false),
        'waiting-children': 0,
      },
    })),
  )
}
