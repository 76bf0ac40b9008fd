import type { Attributes } from './otel-values.ts'

/** What the span attributes say in Langfuse's terms: its own names first, then OpenTelemetry's `gen_ai`. */
export const string = (value: unknown): string | null =>
  value === undefined || value === null ? null : String(value)
const firstOf = (attributes: Attributes, ...keys: string[]): unknown =>
  keys.map(key => attributes[key]).find(v => v !== undefined)

export const parsed = (value: unknown): unknown => {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

/** `prefix` itself (an object as JSON) and `prefix.key` attributes, as one record. */
export function under(attributes: Attributes, prefix: string): Record<string, unknown> {
  const whole = parsed(attributes[prefix])
  const record = whole && typeof whole === 'object' ? { ...(whole as Record<string, unknown>) } : {}
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith(`${prefix}.`)) record[key.slice(prefix.length + 1)] = value
  }
  return record
}

export const userOf = (a: Attributes) =>
  string(firstOf(a, 'langfuse.user.id', 'user.id', 'langfuse.trace.metadata.langfuse_user_id'))
export const sessionOf = (a: Attributes) =>
  string(firstOf(a, 'langfuse.session.id', 'session.id', 'gen_ai.conversation.id'))
export const tagsOf = (a: Attributes): string[] => {
  const tags = parsed(firstOf(a, 'langfuse.trace.tags', 'tag.tags'))
  return Array.isArray(tags)
    ? tags.map(String)
    : typeof tags === 'string'
      ? tags.split(',').map(tag => tag.trim())
      : []
}
export const environmentOf = (a: Attributes, r: Attributes): string =>
  String(
    firstOf(
      { ...r, ...a },
      'langfuse.environment',
      'deployment.environment.name',
      'deployment.environment',
    ) ?? 'default',
  )

export const inputOf = (a: Attributes) =>
  firstOf(a, 'langfuse.observation.input', 'gen_ai.prompt', 'input.value', 'gen_ai.input.messages') ?? null
export const outputOf = (a: Attributes) =>
  firstOf(a, 'langfuse.observation.output', 'gen_ai.completion', 'output.value', 'gen_ai.output.messages') ??
  null
export const modelOf = (a: Attributes) =>
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
export const updatesTrace = (a: Attributes): boolean =>
  traceKeys.some(key => Boolean(a[key])) ||
  Object.keys(a).some(key => key.startsWith('langfuse.trace.metadata'))

export function typeOf(a: Attributes): string {
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

export function usageOf(a: Attributes): Record<string, number> {
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

export function costOf(a: Attributes): Record<string, number> {
  const own = parsed(a['langfuse.observation.cost_details'])
  if (own && typeof own === 'object') return own as Record<string, number>
  const total = Number(a['gen_ai.usage.cost'])
  return Number.isFinite(total) ? { total } : {}
}
