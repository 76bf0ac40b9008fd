/** The two ways in, with the same content: one generation with model and usage. */

export interface Sample {
  readonly traceId: string
  readonly spanId: string
  readonly name: string
  /** Milliseconds since the epoch. */
  readonly start: number
  readonly end: number
}

export const MODEL = 'gpt-4o-mini'
export const USAGE = { input: 12, output: 34 } as const

export function otelBody(sample: Sample): unknown {
  const nano = (ms: number) => `${ms}000000`
  const text = (key: string, value: string) => ({ key, value: { stringValue: value } })
  // Numbers, not the official strings: Langfuse 3.113.0 stores {"intValue":"3"} as null.
  const count = (key: string, value: number) => ({ key, value: { intValue: value } })
  return {
    resourceSpans: [
      {
        resource: { attributes: [text('service.name', 'thinkube-langfuse')] },
        scopeSpans: [
          {
            scope: { name: 'thinkube-langfuse' },
            spans: [
              {
                traceId: sample.traceId,
                spanId: sample.spanId,
                name: sample.name,
                kind: 1,
                startTimeUnixNano: nano(sample.start),
                endTimeUnixNano: nano(sample.end),
                attributes: [
                  text('langfuse.trace.name', sample.name),
                  text('langfuse.observation.type', 'generation'),
                  text('gen_ai.request.model', MODEL),
                  count('gen_ai.usage.input_tokens', USAGE.input),
                  count('gen_ai.usage.output_tokens', USAGE.output),
                ],
                status: {},
              },
            ],
          },
        ],
      },
    ],
  }
}

export function legacyBody(sample: Sample, eventId: (what: string) => string): unknown {
  const at = new Date(sample.start).toISOString()
  return {
    batch: [
      {
        id: eventId('trace'),
        timestamp: at,
        type: 'trace-create',
        body: { id: sample.traceId, timestamp: at, name: sample.name },
      },
      {
        id: eventId('generation'),
        timestamp: at,
        type: 'generation-create',
        body: {
          id: sample.spanId,
          traceId: sample.traceId,
          name: sample.name,
          startTime: at,
          endTime: new Date(sample.end).toISOString(),
          model: MODEL,
          usage: { input: USAGE.input, output: USAGE.output, unit: 'TOKENS' },
        },
      },
    ],
  }
}
