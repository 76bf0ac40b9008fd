import type { Settings } from '../../config/settings.ts'
import type { Clock } from '../../engine/context.ts'
import { createEscrow } from '../escrow/adapter.ts'
import type { KubernetesPort } from '../kubernetes/port.ts'
import type { Services } from '../services.ts'
import { memoryClickhouse } from './clickhouse.ts'
import { memoryClock } from './clock.ts'
import { type Call, createGuard, type Hooks, type Journal } from './journal.ts'
import { memoryKeycloak } from './keycloak.ts'
import { isKubernetesWrite, memoryKubernetes } from './kubernetes/port.ts'
import { memoryLangfuse } from './langfuse.ts'
import { memoryPostgres } from './postgres.ts'
import { memoryPublic } from './public.ts'
import { memoryRegistry } from './registry.ts'
import { type Pace, runtimeOf } from './runtime.ts'
import { memoryS3 } from './s3.ts'
import { memoryValkey } from './valkey.ts'
import type { World } from './world.ts'

export interface MemoryOptions {
  readonly pace?: Pace
  readonly hooks?: Hooks
  /** Milliseconds of virtual time that a call costs before it reaches the world. Default 0. */
  readonly latencyMs?: (call: Call) => number
  /** Default: the same bytes in every run, so that a run that begins again makes the same secrets. */
  readonly random?: (bytes: number) => Uint8Array
  /** Field manager of this client's writes. */
  readonly manager?: string
}

/** One client of a world: what discovery needs, and services once the settings are known. */
export interface MemoryPlatform {
  readonly world: World
  readonly kubernetes: KubernetesPort
  readonly clock: Clock
  readonly journal: Journal
  services(settings: Settings): Services
  /** The process dies: pending calls never end, and no other starts. */
  stop(): void
}

const methods = (...names: string[]) => {
  const set = new Set(names)
  return (method: string) => set.has(method)
}

const LOGIN = /\/(api\/auth|realms)\//

/** Requests that only look or log in are no writes. */
const isHttpWrite = (request: { method?: string } | undefined, path: string): boolean =>
  !['GET', 'HEAD'].includes(request?.method ?? 'GET') && !LOGIN.test(path)

export function memoryPlatform(world: World, options: MemoryOptions = {}): MemoryPlatform {
  const runtime = runtimeOf(world, options.pace)
  const { latencyMs = () => 0 } = options
  const guard = createGuard({
    hooks: options.hooks ?? {},
    async latency(call, signal) {
      const ms = latencyMs(call)
      if (ms > 0) await runtime.sleep(ms, signal)
    },
  })
  const kubernetes = guard.port('kubernetes', memoryKubernetes(runtime, options.manager), isKubernetesWrite)
  const clock = stoppable(memoryClock(runtime), () => guard.stopped)
  const random = options.random ?? repeatable()
  return {
    world,
    kubernetes,
    clock,
    journal: guard.journal,
    stop: () => guard.stop(),
    services: settings => ({
      settings,
      clock,
      random,
      kubernetes,
      postgres: guard.port(
        'postgres',
        memoryPostgres(runtime, settings),
        methods('putRole', 'putDatabase', 'dropDatabase', 'dropRole'),
      ),
      clickhouse: guard.port(
        'clickhouse',
        memoryClickhouse(runtime, settings),
        methods('createDatabase', 'dropDatabase', 'putUser', 'grant', 'dropUser'),
      ),
      valkey: guard.port('valkey', memoryValkey(runtime, settings), methods('unlink')),
      s3: guard.port('s3', memoryS3(runtime, settings), methods('createBucket', 'removeBucket', 'roundTrip')),
      keycloak: guard.port(
        'keycloak',
        memoryKeycloak(runtime, settings),
        methods('putClient', 'removeClient'),
      ),
      registry: guard.port('registry', memoryRegistry(runtime, settings), () => false),
      public: guard.port('public', memoryPublic(runtime), (_, [url, request]) =>
        isHttpWrite(request as { method?: string } | undefined, String(url)),
      ),
      langfuse: guard.port('langfuse', memoryLangfuse(runtime, settings), (_, [, request]) => {
        const { path } = request as { path: string; method?: string }
        return isHttpWrite(request as { method?: string }, path)
      }),
      // Its calls are calls of Kubernetes, and guarded as such.
      escrow: createEscrow(kubernetes, settings),
    }),
  }
}

export function memoryServices(world: World, settings: Settings, options: MemoryOptions = {}): Services {
  return memoryPlatform(world, options).services(settings)
}

/** A dead process does not notice that its sleep is over. */
function stoppable(clock: Clock, stopped: () => boolean): Clock {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    async sleep(ms, signal) {
      await clock.sleep(ms, signal)
      if (stopped()) await new Promise<never>(() => undefined)
    },
  }
}

/** Bytes that look random and are the same each time: a linear congruential generator, for nothing that matters. */
export function repeatable(seed = 1): (bytes: number) => Uint8Array {
  let state = seed
  return bytes =>
    Uint8Array.from({ length: bytes }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return state >>> 24
    })
}
