import { readFileSync } from 'node:fs'
import { Redis, type RedisOptions } from 'ioredis'
import { env, flag } from '../env.ts'
import { log } from '../log.ts'

function tls(): RedisOptions {
  if (!flag('REDIS_TLS_ENABLED', false)) return {}
  const read = (name: string) => (env[name] ? readFileSync(env[name]!) : undefined)
  return {
    tls: {
      ca: read('REDIS_TLS_CA_PATH'),
      cert: read('REDIS_TLS_CERT_PATH'),
      key: read('REDIS_TLS_KEY_PATH'),
    },
  }
}

/** Queue connections never give up and say so from the fifth attempt on. */
const forQueues: RedisOptions = {
  retryStrategy: times => {
    if (times >= 5) log.warn(`Connection to redis lost. Retry attempt: ${times}`)
    return Math.max(Math.min(Math.exp(times), 20_000), 1000)
  },
  reconnectOnError: error => {
    log.warn(`Redis connection error: ${error.message}`)
    return error.message.includes('READONLY') ? 2 : false
  },
}

/** A new connection, or null when no Redis variable is set at all. The connection string wins over host and port. */
export function newConnection(options: RedisOptions = {}): Redis | null {
  const common: RedisOptions = {
    maxRetriesPerRequest: null,
    enableAutoPipelining: flag('REDIS_ENABLE_AUTO_PIPELINING', true),
    ...(env.REDIS_KEY_PREFIX ? { keyPrefix: env.REDIS_KEY_PREFIX } : {}),
    ...options,
    ...tls(),
  }
  let redis: Redis | null = null
  if (env.REDIS_CONNECTION_STRING) redis = new Redis(env.REDIS_CONNECTION_STRING, common)
  else if (env.REDIS_HOST) {
    redis = new Redis({
      host: env.REDIS_HOST,
      port: Number(env.REDIS_PORT ?? 6379),
      username: env.REDIS_USERNAME,
      // As upstream: without REDIS_AUTH the literal word is sent.
      password: String(env.REDIS_AUTH),
      ...common,
    })
  }
  redis?.on('error', error => log.error('Redis error', error))
  return redis
}

export const newQueueConnection = (): Redis | null =>
  newConnection({ enableOfflineQueue: false, ...forQueues })
export const newWorkerConnection = (): Redis | null => newConnection(forQueues)

let shared: Redis | null | undefined
export function valkey(): Redis | null {
  if (shared === undefined) {
    shared = newConnection()
    if (!shared) log.error('Failed to initialize redis connection')
  }
  return shared
}
