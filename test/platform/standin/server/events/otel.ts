import { randomUUID } from 'node:crypto'
import {
  costOf,
  environmentOf,
  inputOf,
  modelOf,
  outputOf,
  parsed,
  sessionOf,
  string,
  tagsOf,
  typeOf,
  under,
  updatesTrace,
  usageOf,
  userOf,
} from './otel-attributes.ts'
import {
  type Attributes,
  attributesOf,
  idText,
  nanoToIso,
  type OtelSpan,
  type ResourceSpans,
  type ScopeSpans,
} from './otel-values.ts'

type Event = { id: string; type: string; timestamp: string; body: Record<string, unknown> }
type Context = {
  resource: Attributes
  scope: NonNullable<ScopeSpans['scope']>
  scopeAttributes: Attributes
  sdk: boolean
}

function metadataOf(a: Attributes, context: Context, ...prefixes: string[]): Record<string, unknown> {
  const attributes = Object.fromEntries(
    Object.entries(a).map(([k, v]) => [k, typeof v === 'string' ? v : JSON.stringify(v)]),
  )
  return {
    ...under(context.resource, 'langfuse.trace.metadata'),
    ...Object.assign({}, ...prefixes.map(prefix => under(a, prefix))),
    ...(context.sdk ? {} : { attributes }),
    resourceAttributes: context.resource,
    scope: { ...context.scope, attributes: context.scopeAttributes },
  }
}

function traceEvent(span: OtelSpan, a: Attributes, context: Context, isRoot: boolean): Event {
  const start = nanoToIso(span.startTimeUnixNano)
  const body: Record<string, unknown> = {
    id: idText(span.traceId),
    timestamp: start,
    environment: environmentOf(a, context.resource),
  }
  if (isRoot || updatesTrace(a)) {
    Object.assign(body, {
      name: isRoot ? (string(a['langfuse.trace.name']) ?? span.name) : string(a['langfuse.trace.name']),
      metadata: metadataOf(
        a,
        isRoot ? context : { ...context, sdk: true },
        'langfuse.trace.metadata',
        ...(isRoot ? ['langfuse.observation.metadata'] : []),
      ),
      version: string(a['langfuse.version'] ?? context.resource['service.version']),
      release: string(a['langfuse.release'] ?? context.resource['langfuse.release']),
      userId: userOf(a),
      sessionId: sessionOf(a),
      public:
        a['langfuse.trace.public'] === undefined ? undefined : String(a['langfuse.trace.public']) === 'true',
      tags: tagsOf(a),
      input: a['langfuse.trace.input'] ?? (isRoot ? inputOf(a) : undefined),
      output: a['langfuse.trace.output'] ?? (isRoot ? outputOf(a) : undefined),
    })
  }
  return { id: randomUUID(), type: 'trace-create', timestamp: start, body }
}

function observationEvent(span: OtelSpan, a: Attributes, context: Context): Event {
  const start = nanoToIso(span.startTimeUnixNano)
  const { model: _, ...parameters } = under(a, 'gen_ai.request')
  const failed = span.status?.code === 2 || span.status?.code === 'STATUS_CODE_ERROR'
  const body = {
    id: idText(span.spanId),
    traceId: idText(span.traceId),
    parentObservationId: span.parentSpanId ? idText(span.parentSpanId) : null,
    name: span.name,
    startTime: start,
    endTime: nanoToIso(span.endTimeUnixNano),
    environment: environmentOf(a, context.resource),
    metadata: metadataOf(a, context, 'langfuse.observation.metadata'),
    level: string(a['langfuse.observation.level']) ?? (failed ? 'ERROR' : 'DEFAULT'),
    statusMessage: string(a['langfuse.observation.status_message']) ?? span.status?.message ?? null,
    version: string(a['langfuse.version'] ?? context.resource['service.version']),
    modelParameters: {
      ...parameters,
      ...(parsed(a['langfuse.observation.model.parameters']) as object | undefined),
    },
    model: modelOf(a),
    promptName: string(a['langfuse.observation.prompt.name']),
    promptVersion:
      a['langfuse.observation.prompt.version'] === undefined
        ? null
        : Number(a['langfuse.observation.prompt.version']),
    usageDetails: usageOf(a),
    costDetails: costOf(a),
    input: inputOf(a),
    output: outputOf(a),
  }
  return { id: randomUUID(), type: `${typeOf(a)}-create`, timestamp: new Date().toISOString(), body }
}

/** Spans → ingestion events. A trace seen lately gets another trace event only from a root span or one that says more. */
export function otelEvents(resourceSpans: ResourceSpans[], seen: Set<string>): Event[] {
  const events: Event[] = []
  for (const { resource, scopeSpans } of resourceSpans) {
    for (const { scope, spans } of scopeSpans ?? []) {
      const { attributes, ...rest } = scope ?? {}
      const context: Context = {
        resource: attributesOf(resource?.attributes),
        scope: rest,
        scopeAttributes: attributesOf(attributes),
        sdk: scope?.name?.startsWith('langfuse-sdk') ?? false,
      }
      for (const span of spans ?? []) {
        const a = attributesOf(span.attributes)
        const isRoot = !span.parentSpanId || String(a['langfuse.internal.as_root']) === 'true'
        const traceId = idText(span.traceId)
        if (isRoot || updatesTrace(a) || !seen.has(traceId)) events.push(traceEvent(span, a, context, isRoot))
        seen.add(traceId)
        events.push(observationEvent(span, a, context))
      }
    }
  }
  return events
}
