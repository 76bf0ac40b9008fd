import { randomUUID } from 'node:crypto'
import { eventPrefix } from '../../env.ts'
import { decodeTraces } from '../../events/otlp-proto.ts'
import { log } from '../../log.ts'
import { queue } from '../../stores/queues.ts'
import { uploadJson } from '../../stores/storage.ts'
import type { Answer } from '../answers.ts'
import { projectScope, type Scope } from '../api-auth.ts'
import { HttpError } from '../errors.ts'
import type { Call } from '../request.ts'
import type { Route } from '../router.ts'

const refuse = (error: string) => new HttpError(400, { body: { error } })

async function spansOf(call: Call): Promise<unknown[]> {
  const type = call.request.headers['content-type'] ?? ''
  const isJson = type.includes('application/json')
  if (!isJson && !type.includes('application/x-protobuf')) throw refuse('Invalid content type')
  let raw: Buffer
  try {
    raw = await call.raw()
  } catch {
    throw refuse('Failed to read request body')
  }
  try {
    const body = isJson ? (JSON.parse(raw.toString()) as { resourceSpans?: unknown[] }) : decodeTraces(raw)
    return body.resourceSpans ?? []
  } catch {
    throw refuse(isJson ? 'Failed to parse OTel JSON Trace' : 'Failed to parse OTel Protobuf Trace')
  }
}

const minutePath = (now: Date) => now.toISOString().slice(0, 16).replace(/[-T:]/g, '/')

/** Stores the spans as they came and queues one job; the answer is that job, as the real server's is. */
async function accept(spans: unknown[], scope: Scope): Promise<unknown> {
  const fileKey = `${eventPrefix()}otel/${scope.projectId}/${minutePath(new Date())}/${randomUUID()}.json`
  await uploadJson(fileKey, spans)
  const target = queue('otel-ingestion-queue')
  if (!target) {
    log.error('Failed to instantiate otel ingestion queue')
    return Promise.reject('Failed to instantiate otel ingestion queue')
  }
  await target.waitUntilReady()
  const data = {
    id: randomUUID(),
    timestamp: new Date(),
    name: 'otel-ingestion-job',
    payload: {
      data: { fileKey, publicKey: scope.publicKey },
      authCheck: { validKey: true, scope: { projectId: scope.projectId, accessLevel: 'project' } },
    },
  }
  const job = await target.add('otel-ingestion-job', data)
  const { attempts, removeOnComplete, removeOnFail, backoff } = job.opts
  return {
    name: job.name,
    data,
    opts: { attempts, removeOnComplete, removeOnFail, backoff },
    id: job.id,
    progress: 0,
    returnvalue: null,
    stacktrace: null,
    priority: 0,
    attemptsStarted: 0,
    attemptsMade: 0,
    timestamp: job.timestamp,
    queueQualifiedName: 'bull:otel-ingestion-queue',
  }
}

async function traces(call: Call): Promise<Answer> {
  const scope = await projectScope(call.request.headers.authorization)
  const spans = await spansOf(call)
  return { status: 200, body: spans.length === 0 ? {} : await accept(spans, scope) }
}

export const otelRoutes: Route[] = [
  { path: '/api/public/otel/v1/traces', kind: 'public', methods: { POST: traces } },
  {
    path: '/api/public/otel/v1/metrics',
    kind: 'public',
    methods: { POST: () => ({ status: 200, body: { message: 'OK' } }) },
  },
]
