export interface ValkeyServer {
  /** `9.1.2`; Valkey's own, else the Redis version it reports. */
  readonly version: string
  readonly maxmemoryPolicy: string
  /** Bytes; 0 = unlimited. */
  readonly maxmemory: number
  readonly usedMemory: number
  /** Number of database indexes (CONFIG GET databases). */
  readonly databases: number
  /** Whether a password was asked for. */
  readonly auth: boolean
}

export interface ValkeyPort {
  server(signal: AbortSignal): Promise<ValkeyServer>
  /** Keys per database index, indexes without keys left out (INFO keyspace). */
  keyspace(signal: AbortSignal): Promise<ReadonlyMap<number, number>>
  /** SCAN: how many keys of an index match each glob pattern. */
  count(
    index: number,
    patterns: readonly string[],
    signal: AbortSignal,
  ): Promise<Readonly<Record<string, number>>>
  /** SCAN and UNLINK the keys of an index that match; how many went. Never FLUSHDB. */
  unlink(index: number, patterns: readonly string[], signal: AbortSignal): Promise<number>
  /** BullMQ depths of a queue in an index. */
  queue(
    index: number,
    name: string,
    signal: AbortSignal,
  ): Promise<{
    readonly waiting: number
    readonly delayed: number
    readonly active: number
    readonly failed: number
  }>
}
