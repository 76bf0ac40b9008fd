/** Just enough protobuf to read an OTLP trace export. 64-bit integers come out as `{low, high}`, as the server's decoder gives them. */
type Field = { number: number; wire: number; value: bigint | Buffer }

function* fieldsOf(data: Buffer): Generator<Field> {
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = data[at++]
      if (byte === undefined || shift > 63n) throw new Error('truncated protobuf')
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }
  const take = (size: number): Buffer => {
    if (at + size > data.length) throw new Error('truncated protobuf')
    at += size
    return data.subarray(at - size, at)
  }
  while (at < data.length) {
    const tag = Number(varint())
    const [number, wire] = [tag >>> 3, tag & 7]
    if (number === 0) throw new Error('illegal protobuf tag')
    if (wire === 0) yield { number, wire, value: varint() }
    else if (wire === 1) yield { number, wire, value: take(8) }
    else if (wire === 2) yield { number, wire, value: take(Number(varint())) }
    else if (wire === 5) yield { number, wire, value: take(4) }
    else throw new Error(`illegal wire type ${wire}`)
  }
}

const all = (data: Buffer, number: number): Buffer[] =>
  [...fieldsOf(data)].flatMap(f => (f.number === number && Buffer.isBuffer(f.value) ? [f.value] : []))
const one = (data: Buffer, number: number): Buffer | undefined => all(data, number)[0]
const text = (data: Buffer, number: number): string => one(data, number)?.toString() ?? ''
const integer = (data: Buffer, number: number): number =>
  Number([...fieldsOf(data)].find(f => f.number === number && typeof f.value === 'bigint')?.value ?? 0n)

const long = (value: bigint) => ({
  low: Number(BigInt.asIntN(32, value)),
  high: Number(BigInt.asIntN(32, value >> 32n)),
  unsigned: false,
})

function value(data: Buffer): object {
  for (const f of fieldsOf(data)) {
    if (f.number === 1 && Buffer.isBuffer(f.value)) return { stringValue: f.value.toString() }
    if (f.number === 2 && typeof f.value === 'bigint') return { boolValue: f.value === 1n }
    if (f.number === 3 && typeof f.value === 'bigint') return { intValue: long(f.value) }
    if (f.number === 4 && Buffer.isBuffer(f.value)) return { doubleValue: f.value.readDoubleLE() }
    if (f.number === 5 && Buffer.isBuffer(f.value))
      return { arrayValue: { values: all(f.value, 1).map(value) } }
    if (f.number === 6 && Buffer.isBuffer(f.value)) return { kvlistValue: { values: attributes(f.value, 1) } }
  }
  return {}
}

const attributes = (data: Buffer, number: number) =>
  all(data, number).map(kv => ({ key: text(kv, 1), value: value(one(kv, 2) ?? Buffer.alloc(0)) }))

function status(data: Buffer | undefined) {
  return data ? { code: integer(data, 3), ...(one(data, 2) ? { message: text(data, 2) } : {}) } : {}
}

const nano = (data: Buffer, number: number) => long(one(data, number)?.readBigUInt64LE() ?? 0n)

const span = (data: Buffer) => ({
  traceId: one(data, 1),
  spanId: one(data, 2),
  ...(one(data, 4)?.length ? { parentSpanId: one(data, 4) } : {}),
  name: text(data, 5),
  kind: integer(data, 6),
  startTimeUnixNano: nano(data, 7),
  endTimeUnixNano: nano(data, 8),
  attributes: attributes(data, 9),
  status: status(one(data, 15)),
})

const scopeSpans = (data: Buffer) => {
  const scope = one(data, 1)
  const named = scope && {
    name: text(scope, 1),
    ...(one(scope, 2) ? { version: text(scope, 2) } : {}),
    attributes: attributes(scope, 3),
  }
  return { ...(named ? { scope: named } : {}), spans: all(data, 2).map(span) }
}

/** An ExportTraceServiceRequest in the shape of its JSON form; ids are byte buffers. Throws on what is not one. */
export function decodeTraces(data: Buffer): { resourceSpans: unknown[] } {
  const fields = [...fieldsOf(data)]
  if (fields.some(f => f.number !== 1 || !Buffer.isBuffer(f.value))) throw new Error('not a trace export')
  return {
    resourceSpans: all(data, 1).map(r => ({
      resource: { attributes: attributes(one(r, 1) ?? Buffer.alloc(0), 1) },
      scopeSpans: all(r, 2).map(scopeSpans),
    })),
  }
}
