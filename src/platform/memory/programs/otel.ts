type Event = Record<string, unknown>

interface Attribute {
  readonly key: string
  readonly value: {
    readonly stringValue?: string
    readonly intValue?: number | string
    readonly doubleValue?: number
    readonly boolValue?: boolean
  }
}

interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes?: readonly Attribute[]
}

interface ResourceSpans {
  readonly resource?: { readonly attributes?: readonly Attribute[] }
  readonly scopeSpans?: readonly {
    readonly scope?: { readonly name?: string; readonly version?: string }
    readonly spans?: readonly Span[]
  }[]
}

/** An OTLP document as the ingestion events it amounts to. */
export function otelEvents(document: Event): Event[] {
  const resources = (document.resourceSpans ?? []) as readonly ResourceSpans[]
  return resources.flatMap(({ resource, scopeSpans = [] }) =>
    scopeSpans.flatMap(({ scope, spans = [] }) =>
      spans.flatMap(span => spanEvents(span, { resource: valuesOf(resource?.attributes), scope })),
    ),
  )
}

function spanEvents(
  span: Span,
  { resource, scope }: { resource: Event; scope: { name?: string; version?: string } | undefined },
): Event[] {
  const attributes = valuesOf(span.attributes)
  const shown = Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, String(value)]))
  const metadata = { attributes: shown, resourceAttributes: resource, scope: { ...scope, attributes: {} } }
  const model = attributes['gen_ai.request.model'] ?? attributes['gen_ai.response.model']
  const type = model === undefined ? 'span' : 'generation'
  const observation = {
    type: `${type}-create`,
    body: {
      id: span.spanId,
      traceId: span.traceId,
      parentObservationId: span.parentSpanId || null,
      name: span.name,
      startTime: timeOf(span.startTimeUnixNano),
      endTime: timeOf(span.endTimeUnixNano),
      metadata,
      model: model ?? null,
      usageDetails: usageOf(attributes),
      input: attributes['langfuse.observation.input'] ?? null,
      output: attributes['langfuse.observation.output'] ?? null,
    },
  }
  if (span.parentSpanId) return [observation]
  const trace = {
    type: 'trace-create',
    body: {
      id: span.traceId,
      timestamp: timeOf(span.startTimeUnixNano),
      name: attributes['langfuse.trace.name'] ?? span.name,
      userId: attributes['langfuse.user.id'] ?? attributes['user.id'] ?? null,
      sessionId: attributes['langfuse.session.id'] ?? attributes['session.id'] ?? null,
      metadata,
    },
  }
  return [trace, observation]
}

const timeOf = (nanoseconds: string): string =>
  new Date(Number(BigInt(nanoseconds) / 1_000_000n)).toISOString()

function valuesOf(attributes: readonly Attribute[] = []): Event {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, scalarOf(value)]))
}

/** The official string form of an integer is stored as `null` and lost; only a number survives. */
function scalarOf({ stringValue, intValue, doubleValue, boolValue }: Attribute['value']): unknown {
  if (typeof intValue === 'string') return null
  return stringValue ?? intValue ?? doubleValue ?? boolValue ?? null
}

function usageOf(attributes: Event): Record<string, number> {
  const number = (key: string) =>
    typeof attributes[key] === 'number' ? (attributes[key] as number) : undefined
  const input = number('gen_ai.usage.input_tokens') ?? number('gen_ai.usage.prompt_tokens')
  const output = number('gen_ai.usage.output_tokens') ?? number('gen_ai.usage.completion_tokens')
  if (input === undefined && output === undefined) return {}
  return {
    ...(input !== undefined && { input }),
    ...(output !== undefined && { output }),
    total: (input ?? 0) + (output ?? 0),
  }
}
