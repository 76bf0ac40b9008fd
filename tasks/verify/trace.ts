import { type CheckResult, fail, pass } from '../../src/engine/check.ts'
import { raise } from '../../src/engine/problem.ts'
import type { ApiKeys } from '../../src/platform/langfuse/port.ts'
import type { Ctx, PreflightCheck } from '../define.ts'
import { apiKeys } from './api-keys.ts'
import { projectKeys } from './keys.ts'
import { neverReadable, notAccepted, wrongTimes } from './trace-problems.ts'
import { legacyBody, MODEL, otelBody, type Sample, USAGE } from './trace-samples.ts'
import { workerHealth } from './worker.ts'

const READABLE_WITHIN_MS = 90_000
const LOOK_EVERY_MS = 500

interface Trace {
  readonly timestamp?: string
  readonly observations?: readonly {
    readonly startTime?: string
    readonly endTime?: string
    readonly model?: string | null
    readonly usage?: { readonly input?: number; readonly output?: number }
    readonly calculatedTotalCost?: number | null
  }[]
}

/** Through the OpenTelemetry door, the one that also works on the next major version. */
export const otelTrace = traceCheck(
  'otel',
  'A trace sent by OpenTelemetry can be read back',
  async ({ services, signal }, keys, sample) => {
    const answer = await services.langfuse.request('public', {
      path: '/api/public/otel/v1/traces',
      method: 'POST',
      keys,
      body: otelBody(sample),
      signal,
    })
    if (answer.status !== 200) raise(notAccepted('OpenTelemetry', answer))
  },
)

/** Through the older ingestion API, which LiteLLM's callback and SDKs before v3 use. */
export const legacyTrace = traceCheck(
  'legacy',
  'A trace sent by the ingestion API can be read back',
  async ({ services, signal }, keys, sample) => {
    const eventId = (what: string) => `${sample.traceId}-${what}`
    const answer = await services.langfuse.request('public', {
      path: '/api/public/ingestion',
      method: 'POST',
      keys,
      body: legacyBody(sample, eventId),
      signal,
    })
    // 207 also when everything failed: only the two lists tell.
    const { successes = [], errors = [] } = (answer.body ?? {}) as {
      readonly successes?: readonly { readonly id: string }[]
      readonly errors?: readonly unknown[]
    }
    if (answer.status !== 207 || errors.length > 0 || successes.length !== 2)
      raise(notAccepted('the ingestion API', answer))
  },
)

type Send = (ctx: Ctx, keys: ApiKeys, sample: Sample) => Promise<void>

/** Sends one generation, waits until it can be read, compares the times with what was sent, and removes it. */
function traceCheck(name: 'otel' | 'legacy', title: string, send: Send): PreflightCheck {
  return {
    id: `verify/${name}-trace`,
    title,
    group: 'Traces',
    subject: 'Langfuse',
    deadlineMs: READABLE_WITHIN_MS + 20_000,
    after: [apiKeys, workerHealth],
    async run(ctx) {
      const keys = await projectKeys(ctx)
      const sample = newSample(ctx, name)
      const { clock } = ctx.services
      const started = clock.monotonic()
      await send(ctx, keys, sample)
      try {
        const trace = await readBack(ctx, keys, sample)
        return trace
          ? compare(trace, sample, clock.monotonic() - started)
          : fail(neverReadable(ctx, READABLE_WITHIN_MS))
      } finally {
        await remove(ctx, keys, sample)
      }
    },
  }
}

function newSample({ services, run }: Ctx, name: string): Sample {
  const hex = (bytes: number) => Buffer.from(services.random(bytes)).toString('hex')
  const start = services.clock.now() - 1_500
  return {
    traceId: hex(16),
    spanId: hex(8),
    name: `thinkube-langfuse ${name} ${run}`,
    start,
    end: start + 1_234,
  }
}

async function readBack(
  { services, signal, progress }: Ctx,
  keys: ApiKeys,
  sample: Sample,
): Promise<Trace | undefined> {
  const { clock, langfuse } = services
  const end = clock.monotonic() + READABLE_WITHIN_MS
  progress({ note: 'accepted, waiting until it can be read' })
  while (clock.monotonic() < end) {
    const answer = await langfuse.request('public', {
      path: `/api/public/traces/${sample.traceId}`,
      keys,
      signal,
    })
    const trace = answer.body as Trace
    if (answer.status === 200 && (trace.observations?.length ?? 0) > 0) return trace
    if (answer.status >= 500) raise(notAccepted('reading a trace', answer))
    await clock.sleep(LOOK_EVERY_MS, signal)
  }
  return undefined
}

function compare(trace: Trace, sample: Sample, tookMs: number): CheckResult {
  const [generation] = trace.observations ?? []
  const wrong = [
    ...differs('timestamp', trace.timestamp, sample.start),
    ...differs('startTime', generation?.startTime, sample.start),
    ...differs('endTime', generation?.endTime, sample.end),
  ]
  if (wrong.length > 0) return fail(wrongTimes(wrong))
  const used = generation?.usage
  if (generation?.model !== MODEL || used?.input !== USAGE.input || used.output !== USAGE.output) {
    return fail({
      code: 'verify/usage-lost',
      kind: 'invalid',
      summary: 'The trace came back without its model and usage',
      detail: [
        `sent ${MODEL}, ${USAGE.input} + ${USAGE.output} tokens; read ${generation?.model ?? 'no model'}, ${used?.input ?? '?'} + ${used?.output ?? '?'}`,
      ],
      nextSteps: ['Read the log of the worker for a failed job'],
    })
  }
  const cost = generation.calculatedTotalCost ? `, $${generation.calculatedTotalCost.toFixed(6)}` : ''
  return pass(
    `readable after ${(tookMs / 1000).toFixed(1)} s, times as sent, ${USAGE.input} + ${USAGE.output} tokens${cost}`,
  )
}

function differs(field: string, actual: string | undefined, sent: number): readonly string[] {
  return actual !== undefined && Date.parse(actual) === sent
    ? []
    : [`${field}: sent ${new Date(sent).toISOString()}, read ${actual ?? 'nothing'}`]
}

/** Executed by the worker minutes later; that it was asked for is all that can be awaited. */
async function remove({ services, log }: Ctx, keys: ApiKeys, sample: Sample): Promise<void> {
  // Its own signal: the test data goes also when the run was interrupted.
  const signal = AbortSignal.timeout(5_000)
  try {
    const answer = await services.langfuse.request('public', {
      path: `/api/public/traces/${sample.traceId}`,
      method: 'DELETE',
      keys,
      signal,
    })
    log(`test trace ${sample.traceId}: removal answered ${answer.status}`)
  } catch {
    log(`test trace ${sample.traceId} could not be removed; its name begins with thinkube-langfuse`)
  }
}
