/** Values of OTLP as JSON. The mapping, its oddities included, is the recorded server's. */
export type OtelValue = {
  stringValue?: string
  doubleValue?: number
  boolValue?: boolean
  intValue?: number | string | { low: number; high: number }
  arrayValue?: { values?: OtelValue[] }
}
export type Attributes = Record<string, unknown>
export type OtelSpan = {
  traceId: unknown
  spanId: unknown
  parentSpanId?: unknown
  name: string
  startTimeUnixNano: unknown
  endTimeUnixNano: unknown
  attributes?: { key: string; value: OtelValue }[]
  status?: { code?: number | string; message?: string }
}
export type ScopeSpans = {
  scope?: { name?: string; version?: string; attributes?: { key: string; value: OtelValue }[] }
  spans?: OtelSpan[]
}
export type ResourceSpans = {
  resource?: { attributes?: { key: string; value: OtelValue }[] }
  scopeSpans?: ScopeSpans[]
}

export function plainValue(value: OtelValue): unknown {
  if (value.stringValue !== undefined) return value.stringValue
  if (value.doubleValue !== undefined) return value.doubleValue
  if (value.boolValue !== undefined) return value.boolValue
  if (value.arrayValue?.values) return value.arrayValue.values.map(plainValue)
  const int = value.intValue
  if (typeof int === 'number') return int
  // The official JSON form of an integer is a string; the server loses it (it becomes "null" further on).
  if (typeof int === 'string') return Number.NaN
  if (int) return int.high === 0 ? int.low : int.high * 2 ** 32 + (int.low >>> 0)
  return JSON.stringify(value)
}

export const attributesOf = (list: { key: string; value: OtelValue }[] | undefined): Attributes =>
  Object.fromEntries((list ?? []).map(({ key, value }) => [key, plainValue(value ?? {})]))

/** Ids are hex text in JSON and bytes (`{type: "Buffer", data}`) when they came as protobuf. */
export function idText(id: unknown): string {
  if (typeof id === 'string') return id
  const data = id && typeof id === 'object' && 'data' in id ? (id as { data: unknown }).data : id
  if (typeof data === 'string') return Buffer.from(data, 'base64').toString('hex')
  return Array.isArray(data) ? Buffer.from(data as number[]).toString('hex') : ''
}

export function nanoToIso(nano: unknown): string {
  if (typeof nano === 'string') return new Date(Number(BigInt(nano) / 1_000_000n)).toISOString()
  if (typeof nano === 'number') return new Date(nano / 1e6).toISOString()
  const { low, high } = nano as { low: number; high: number }
  const value = (BigInt(high) << 32n) | BigInt(low >>> 0)
  return new Date(Number(value / 1_000_000n)).toISOString()
}
