import { z } from 'zod'

const json = z.unknown()
const text = z.string().nullish()
const time = z.iso.datetime({ offset: true }).nullish()
const numbers = z.record(z.string(), z.number().nullish()).nullish()

const environment = z
  .string()
  .toLowerCase()
  .max(40)
  .regex(/^(?!langfuse)[a-z0-9-_]+$/)
  .optional()

const traceBody = z.object({
  id: text,
  timestamp: time,
  name: text,
  externalId: text,
  input: json.optional(),
  output: json.optional(),
  sessionId: text,
  userId: text,
  environment,
  metadata: json.optional(),
  release: text,
  version: text,
  public: z.boolean().nullish(),
  tags: z.array(z.string()).nullish(),
})

const spanBody = z.object({
  id: text,
  traceId: text,
  name: text,
  startTime: time,
  endTime: time,
  environment,
  metadata: json.optional(),
  input: json.optional(),
  output: json.optional(),
  level: z.enum(['DEBUG', 'DEFAULT', 'WARNING', 'ERROR']).nullish(),
  statusMessage: text,
  parentObservationId: text,
  version: text,
})

const generationBody = spanBody.extend({
  completionStartTime: time,
  model: text,
  modelParameters: z.record(z.string(), json).nullish(),
  usage: z.record(z.string(), json).nullish(),
  usageDetails: numbers,
  costDetails: numbers,
  promptName: text,
  promptVersion: z.number().int().nullish(),
})

const scoreBody = z.object({
  id: text,
  traceId: text,
  sessionId: text,
  datasetRunId: text,
  observationId: text,
  name: z.string(),
  value: z.union([z.number(), z.string()]),
  comment: text,
  metadata: json.optional(),
  environment,
  dataType: z.enum(['NUMERIC', 'CATEGORICAL', 'BOOLEAN']).nullish(),
  configId: text,
  source: z.enum(['API', 'EVAL', 'ANNOTATION']).optional(),
  queueId: text,
})

const event = <T extends string, B extends z.ZodType>(type: T, body: B) =>
  z.object({
    id: z.string(),
    timestamp: z.iso.datetime({ offset: true }),
    metadata: json.nullish(),
    type: z.literal(type),
    body,
  })

export const eventSchema = z.discriminatedUnion('type', [
  event('trace-create', traceBody),
  event('score-create', scoreBody),
  event('event-create', spanBody),
  event('span-create', spanBody),
  event('span-update', spanBody),
  event('generation-create', generationBody),
  event('generation-update', generationBody),
  event('agent-create', generationBody),
  event('tool-create', generationBody),
  event('chain-create', generationBody),
  event('retriever-create', generationBody),
  event('evaluator-create', generationBody),
  event('embedding-create', generationBody),
  event('guardrail-create', generationBody),
  event('sdk-log', z.object({ log: json, id: text })),
])

export type IngestionEvent = z.infer<typeof eventSchema>
export type TraceEvent = Extract<IngestionEvent, { type: 'trace-create' }>
export type ScoreEvent = Extract<IngestionEvent, { type: 'score-create' }>
export type ObservationEvent = Exclude<IngestionEvent, { type: 'trace-create' | 'score-create' | 'sdk-log' }>

export type Entity = 'trace' | 'score' | 'observation' | 'sdk_log'

/** The folder of the event bucket, and the table, that an event belongs to. */
export function entityOf(type: string): Entity {
  if (type === 'trace-create') return 'trace'
  if (type === 'score-create') return 'score'
  if (type === 'sdk-log') return 'sdk_log'
  return 'observation'
}

/** Keeps what the recorded zod version prints: newer ones add fields to a failed union. */
export const issueText = (error: z.ZodError): string =>
  JSON.stringify(
    error.issues.map(issue => {
      const { discriminator: _, options: __, ...rest } = issue as unknown as Record<string, unknown>
      return rest.note === 'No matching discriminator' ? { ...rest, message: 'Invalid input' } : rest
    }),
    null,
    2,
  )
