import type { Redis } from 'ioredis'
import { respCode } from './errors.ts'
import type { ValkeyPort } from './port.ts'
import { type ValkeyOptions, valkeySession } from './session.ts'

/** Keys looked at per SCAN: big enough to be quick, small enough not to hold up a busy server. */
const BATCH = 500
/** A server compiled without another number has this many indexes. */
const DEFAULT_DATABASES = 16

export function valkeyAdapter(options: ValkeyOptions): ValkeyPort {
  return {
    server: signal =>
      valkeySession(options, signal, async ({ redis, auth }) => {
        const server = fields(await redis.info('server'))
        const memory = fields(await redis.info('memory'))
        return {
          version: server.get('valkey_version') ?? server.get('redis_version') ?? 'unknown',
          maxmemoryPolicy: memory.get('maxmemory_policy') ?? 'unknown',
          maxmemory: Number(memory.get('maxmemory') ?? 0),
          usedMemory: Number(memory.get('used_memory') ?? 0),
          databases: await databases(redis),
          auth,
        }
      }),
    keyspace: signal =>
      valkeySession(options, signal, async ({ redis }) => {
        const found = new Map<number, number>()
        for (const [name, value] of fields(await redis.info('keyspace'))) {
          const keys = /^keys=(\d+)/.exec(value)?.[1]
          if (/^db\d+$/.test(name) && keys) found.set(Number(name.slice(2)), Number(keys))
        }
        return found
      }),
    count: (index, patterns, signal) =>
      valkeySession(options, signal, async ({ redis }) => {
        await redis.select(index)
        const counts: Record<string, number> = {}
        for (const pattern of patterns) {
          // SCAN may give a key twice.
          const keys = new Set<string>()
          await scan(redis, pattern, batch => {
            for (const key of batch) keys.add(key)
          })
          counts[pattern] = keys.size
        }
        return counts
      }),
    unlink: (index, patterns, signal) =>
      valkeySession(options, signal, async ({ redis }) => {
        await redis.select(index)
        let gone = 0
        for (const pattern of patterns) {
          await scan(redis, pattern, async batch => {
            if (!signal.aborted && batch.length > 0) gone += await redis.unlink(...batch)
          })
        }
        return gone
      }),
    queue: (index, name, signal) =>
      valkeySession(options, signal, async ({ redis }) => {
        await redis.select(index)
        const key = (part: string) => `bull:${name}:${part}`
        const [wait, paused, prioritized, delayed, active, failed] = await Promise.all([
          redis.llen(key('wait')),
          redis.llen(key('paused')),
          redis.zcard(key('prioritized')),
          redis.zcard(key('delayed')),
          redis.llen(key('active')),
          redis.zcard(key('failed')),
        ])
        return { waiting: wait + paused + prioritized, delayed, active, failed }
      }),
  }
}

async function scan(
  redis: Redis,
  pattern: string,
  each: (keys: string[]) => void | Promise<void>,
): Promise<void> {
  let cursor = '0'
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', BATCH)
    await each(keys)
    cursor = next
  } while (cursor !== '0')
}

async function databases(redis: Redis): Promise<number> {
  try {
    const answer = (await redis.config('GET', 'databases')) as unknown
    return Array.isArray(answer) && answer[1] ? Number(answer[1]) : DEFAULT_DATABASES
  } catch (error) {
    // Managed servers hide CONFIG.
    const code = respCode(error)
    if (code !== 'NOPERM' && code !== 'ERR') throw error
    return DEFAULT_DATABASES
  }
}

/** The `name:value` lines of INFO. */
export function fields(info: string): ReadonlyMap<string, string> {
  const lines = info.split('\r\n').filter(line => line !== '' && !line.startsWith('#'))
  return new Map(lines.map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]))
}
