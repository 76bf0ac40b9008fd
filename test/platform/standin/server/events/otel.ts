import { randomUUID } from 'node:crypto'
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

const string = (value: unknown): string | null =>
  value === undefined || value === null ? null : String(value)
const firstOf = (attributes: Attributes, ...keys: string[]): unknown =>
  keys.map(key => attributes[key]).find(v => v !== undefined)

const parsed = (value: unknown): unknown => {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

/** `prefix` itself (an object as JSON) and `prefix.key` attributes, as one record. */
function under(attributes: Attributes, prefix: string): Record<string, unknown> {
  const whole = parsed(attributes[prefix])
  const record = whole && typeof whole === 'object' ? { ...(whole as Record<string, unknown>) } : {}
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith(`${prefix}.`)) record[key.slice(prefix.length + 1)] = value
  }
  return record
}

const userOf = (a: Attributes) =>
  string(firstOf(a, 'langfuse.user.id', 'user.id', 'langfuse.trace.metadata.langfuse_user_id'))
const sessionOf = (a: Attributes) =>
  string(firstOf(a, 'langfuse.session.id', 'session.id', 'gen_ai.conversation.id'))
const tagsOf = (a: Attributes): string[] => {
  const tags = parsed(firstOf(a, 'langfuse.trace.tags', 'tag.tags'))
  return Array.isArray(tags)
    ? tags.map(String)
    : typeof tags === 'string'
      ? tags.split(',').map(tag => tag.trim())
      : []
}
const environmentOf = (a: Attributes, r: Attributes): string =>
  String(
    firstOf(
      { ...r, ...a },
      'langfuse.environment',
      'deployment.environment.name',
      'deployment.environment',
    ) ?? 'default',
  )

const inputOf = (a: Attributes) =>
  firstOf(a, 'langfuse.observation.input', 'gen_ai.prompt', 'input.value', 'gen_ai.input.messages') ?? null
const outputOf = (a: Attributes) =>
  firstOf(a, 'langfuse.observation.output', 'gen_ai.completion', 'output.value', 'gen_ai.output.messages') ??
  null
const modelOf = (a: Attributes) =>
  string(
    firstOf(
      a,
      'langfuse.observation.model.name',
      'gen_ai.response.model',
      'gen_ai.request.model',
      'llm.model_name',
      'ai.model.id',
    ),
  )

const traceKeys = [
  'langfuse.trace.name',
  'langfuse.trace.input',
  'langfuse.trace.output',
  'langfuse.user.id',
  'langfuse.session.id',
  'langfuse.trace.public',
  'langfuse.trace.tags',
  'user.id',
  'session.id',
]
const updatesTrace = (a: Attributes): boolean =>
  traceKeys.some(key => Boolean(a[key])) ||
  Object.keys(a).some(key => key.startsWith('langfuse.trace.metadata'))

function typeOf(a: Attributes): string {
  const named = string(a['langfuse.observation.type'])?.toLowerCase()
  const known = [
    'span',
    'generation',
    'event',
    'agent',
    'tool',
    'chain',
    'retriever',
    'evaluator',
    'embedding',
    'guardrail',
  ]
  if (named && known.includes(named)) return named
  const operation = string(a['gen_ai.operation.name'])
  const byOperation: Record<string, string> = {
    chat: 'generation',
    completion: 'generation',
    text_completion: 'generation',
    generate_content: 'generation',
    embeddings: 'embedding',
    invoke_agent: 'agent',
    create_agent: 'agent',
    execute_tool: 'tool',
  }
  return (operation && byOperation[operation]) || (modelOf(a) ? 'generation' : 'span')
}

function usageOf(a: Attributes): Record<string, number> {
  const names: Record<string, string> = {
    input_tokens: 'input',
    prompt_tokens: 'input',
    output_tokens: 'output',
    completion_tokens: 'output',
    total_tokens: 'total',
  }
  const own = parsed(a['langfuse.observation.usage_details'])
  const raw = own && typeof own === 'object' ? (own as Record<string, unknown>) : under(a, 'gen_ai.usage')
  const usage: Record<string, number> = {}
  for (const [key, value] of Object.entries(raw)) {
    if (key === 'cost' || Number.isNaN(Number(value)) || value === null) continue
    usage[names[key] ?? key] = Number(value)
  }
  return usage
}

function costOf(a: Attributes): Record<string, number> {
  const own = parsed(a['langfuse.observation.cost_details'])
  if (own && typeof own === 'object') return own as Record<string, number>
  const total = Number(a['gen_ai.usage.cost'])
  return Number.isFinite(total) ? { total } : {}
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
