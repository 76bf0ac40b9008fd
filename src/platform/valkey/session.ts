import type { EventEmitter } from 'node:events'
import type { Duplex } from 'node:stream'
import { Redis } from 'ioredis'
import type { Secret } from '../../config/secret.ts'
import type { ServiceTarget } from '../../config/settings.ts'
import { abortable, abortError } from '../connection/abort.ts'
import type { Connections } from '../connection/connections.ts'
import { connected } from '../connection/http.ts'
import { respCode, valkeyError } from './errors.ts'

export interface ValkeyOptions {
  readonly connections: Connections
  readonly target: ServiceTarget
  readonly password: Secret | undefined
}

export interface ValkeySession {
  readonly redis: Redis
  /** Whether the server asked for a password. */
  readonly auth: boolean
}

/** One connection: logged in, used, closed. Errors come out as Problems. */
export async function valkeySession<T>(
  { connections, target, password }: ValkeyOptions,
  signal: AbortSignal,
  work: (session: ValkeySession) => Promise<T>,
): Promise<T> {
  if (signal.aborted) throw abortError(signal)
  let stream: Duplex | undefined
  let broken: unknown
  /** What ioredis calls a connector: where its stream comes from. */
  class TunnelConnector {
    check(): boolean {
      return true
    }
    async connect(_errors: EventEmitter): Promise<Duplex> {
      stream = connections.connect(target, signal)
      stream.on('error', error => {
        broken ??= error
      })
      return connected(stream)
    }
    disconnect(): void {
      stream?.destroy()
    }
  }
  const redis = new Redis({
    Connector: TunnelConnector as never,
    lazyConnect: true,
    // We log in by hand: ioredis writes to the console when a password was not wanted.
    enableReadyCheck: false,
    disableClientInfo: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    autoResubscribe: false,
  })
  redis.on('error', error => {
    broken ??= error
  })
  try {
    // Abandoned commands of ioredis do not hear of an abort; the stream's end ends them.
    return await abortable(
      (async () => {
        await redis.connect()
        return work({ redis, auth: await logIn(redis, password) })
      })(),
      signal,
    )
  } catch (error) {
    if (signal.aborted) throw abortError(signal)
    const { namespace, service, port } = target
    const where = { name: `${namespace}/${service}:${port}`, namespace }
    throw valkeyError(respCode(error) ? error : (broken ?? error), where)
  } finally {
    redis.disconnect()
    stream?.destroy()
  }
}

async function logIn(redis: Redis, password: Secret | undefined): Promise<boolean> {
  try {
    await redis.ping()
    return false
  } catch (error) {
    if (respCode(error) !== 'NOAUTH' || password === undefined) throw error
  }
  await redis.call('AUTH', password.reveal())
  return true
}
