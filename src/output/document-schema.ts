import { z } from 'zod'

/** The document of `-o json`. Published as `docs/schema-v1.json`; within v1 fields are only ever added. */

const problem = z
  .object({
    code: z.string().describe('stable and greppable: area/reason'),
    kind: z.enum([
      'unreachable',
      'timeout',
      'forbidden',
      'missing',
      'conflict',
      'invalid',
      'unsupported',
      'cancelled',
      'bug',
    ]),
    summary: z.string(),
    detail: z.array(z.string()),
    nextSteps: z.array(z.string()),
  })
  .meta({ id: 'problem' })

const milliseconds = z.number().nonnegative()

export const documentSchema = z.object({
  schema: z.literal('thinkube-langfuse/v1'),
  command: z.string().nullable().describe('null when the command line was not understood'),
  version: z.string().nullable(),
  run: z.string().nullable(),
  namespace: z.string().nullable(),
  cluster: z.object({ context: z.string(), server: z.string() }).nullable(),
  startedAt: z.string().nullable().describe('ISO 8601, UTC'),
  durationMs: milliseconds,
  outcome: z.object({
    status: z.enum([
      'ok',
      'refused',
      'failed',
      'unhealthy',
      'differences',
      'remains',
      'locked',
      'cancelled',
      'usage',
      'bug',
    ]),
    reason: z.string().nullable(),
    exitCode: z.number().int(),
    problem: problem.optional(),
  }),
  settings: z.array(z.object({ key: z.string(), value: z.string(), origin: z.string() })),
  checks: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      group: z.string(),
      verdict: z.enum(['pass', 'warn', 'fail', 'unknown', 'skipped']),
      because: z.string().optional(),
      evidence: z.string().nullable(),
      durationMs: milliseconds,
      problem: problem.optional(),
    }),
  ),
  steps: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      group: z.string(),
      outcome: z.string(),
      because: z.string().optional(),
      evidence: z.string().optional(),
      durationMs: milliseconds,
      problem: problem.optional(),
    }),
  ),
  changes: z.array(
    z.object({
      id: z.string(),
      system: z.string(),
      subject: z.string(),
      change: z.string(),
      because: z.string().optional(),
      differences: z.array(z.object({ field: z.string(), actual: z.string(), wanted: z.string() })),
    }),
  ),
  diagnoses: z.array(
    z.object({
      code: z.string(),
      cause: z.string(),
      confidence: z.enum(['certain', 'likely', 'possible']),
      evidence: z.array(z.string()),
      remedy: z.array(z.string()),
    }),
  ),
  access: z
    .object({
      url: z.string(),
      login: z.string(),
      organization: z.string(),
      project: z.string(),
      publicKey: z.string(),
      health: z.array(
        z.object({ component: z.string(), is: z.enum(['ok', 'bad', 'unknown']), evidence: z.string() }),
      ),
    })
    .optional()
    .describe('never with secrets: thinkube-langfuse credentials --reveal'),
  result: z.unknown().optional().describe('what the verb was asked for, e.g. the keys of credentials'),
  notices: z.array(z.string()),
  next: z.array(z.string()),
})

export type Document = z.infer<typeof documentSchema>
