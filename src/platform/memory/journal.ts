import { Secret } from '../../config/secret.ts'
import { abortOf } from './runtime.ts'

export type PortName =
  | 'kubernetes'
  | 'postgres'
  | 'clickhouse'
  | 'valkey'
  | 's3'
  | 'keycloak'
  | 'registry'
  | 'public'
  | 'langfuse'
  | 'escrow'

/** One call of a port that was started. Arguments without secrets and without the signal. */
export interface Call {
  readonly n: number
  readonly port: PortName
  readonly method: string
  readonly args: readonly unknown[]
  /** A lasting change outside the lock. */
  readonly write: boolean
}

export interface Hooks {
  /** Before call `n` (from 0) reaches the world: may throw, wait or stop the run. */
  beforeCall?(n: number, call: Call): void | Promise<void>
  /** After the world has changed and before the caller learns of it. */
  afterCall?(n: number, call: Call): void | Promise<void>
}

export interface Journal {
  readonly calls: readonly Call[]
  /** How many calls were refused because their signal had fired before. */
  readonly refused: number
  writes(): readonly Call[]
}

export interface Guard {
  readonly journal: Journal
  /** The port with every call written down, guarded by its signal and passed through the hooks. */
  port<T extends object>(name: PortName, port: T, isWrite: IsWrite): T
  /** From now on no call starts or ends: the process is dead as far as the world can see. */
  stop(): void
  readonly stopped: boolean
}

export type IsWrite = (method: string, args: readonly unknown[]) => boolean

const never = new Promise<never>(() => undefined)

export function createGuard({
  hooks,
  latency,
}: {
  hooks: Hooks
  /** What a call costs before it reaches the world. */
  latency(call: Call, signal: AbortSignal): Promise<void>
}): Guard {
  const calls: Call[] = []
  let refused = 0
  let stopped = false
  const started = async (call: Call, signal: AbortSignal, work: () => Promise<unknown>): Promise<unknown> => {
    await hooks.beforeCall?.(call.n, call)
    if (stopped) return never
    await latency(call, signal)
    if (stopped) return never
    if (signal.aborted) throw abortOf(signal)
    const result = await work()
    if (stopped) return never
    await hooks.afterCall?.(call.n, call)
    return stopped ? never : result
  }
  return {
    journal: {
      calls,
      get refused() {
        return refused
      },
      writes: () => calls.filter(call => call.write),
    },
    port(name, port, isWrite) {
      const call =
        (method: string, work: (...args: unknown[]) => Promise<unknown>) =>
        async (...args: unknown[]) => {
          if (stopped) return never
          const signal = signalIn(args)
          if (signal.aborted) {
            refused++
            throw abortOf(signal)
          }
          const entry: Call = {
            n: calls.length,
            port: name,
            method,
            args: args.filter(arg => !(arg instanceof AbortSignal)).map(arg => shown(arg)),
            write: isWrite(method, args),
          }
          calls.push(entry)
          return started(entry, signal, () => work.apply(port, args))
        }
      return Object.fromEntries(
        Object.entries(port).map(([method, work]) => [method, call(method, work)]),
      ) as typeof port
    },
    stop() {
      stopped = true
    },
    get stopped() {
      return stopped
    },
  }
}

function signalIn(args: readonly unknown[]): AbortSignal {
  for (const arg of args) {
    if (arg instanceof AbortSignal) return arg
    const inner = (arg as { signal?: unknown } | undefined)?.signal
    if (inner instanceof AbortSignal) return inner
  }
  throw new TypeError('a port was called without a signal')
}

const HIDDEN = ['stdin', 'body', 'authorization', 'cookie', 'x-api-key']
const HIDDEN_IN_SECRET = ['data', 'stringdata']

/** A copy for the journal. Secret objects, request bodies and credentials of headers are left out. */
function shown(value: unknown, inSecret = false): unknown {
  if (value instanceof Secret) return '‹hidden›'
  if (value instanceof AbortSignal || typeof value === 'function') return undefined
  if (value instanceof Uint8Array) return `${value.length} bytes`
  if (value instanceof Map) return [...value.keys()]
  if (Array.isArray(value)) return value.map(one => shown(one, inSecret))
  if (value === null || typeof value !== 'object') return value
  const secret = inSecret || (value as { kind?: unknown }).kind === 'Secret'
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => !(inner instanceof AbortSignal) && typeof inner !== 'function')
      .map(([key, inner]) => [key, hides(key, secret) ? '‹hidden›' : shown(inner, secret)]),
  )
}

const hides = (key: string, inSecret: boolean): boolean =>
  HIDDEN.includes(key.toLowerCase()) || (inSecret && HIDDEN_IN_SECRET.includes(key.toLowerCase()))
