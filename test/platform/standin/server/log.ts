import { env } from './env.ts'

export type Level = 'debug' | 'info' | 'warn' | 'error'
const rank: Record<string, number> = { trace: 0, debug: 1, info: 2, warn: 3, error: 4, fatal: 5 }
const least = rank[env.LANGFUSE_LOG_LEVEL ?? 'info'] ?? 2
const json = env.LANGFUSE_LOG_FORMAT === 'json'

const plain = (o: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(o).filter(([, v]) => ['string', 'number', 'boolean'].includes(typeof v)))

function write(level: Level, message: string, meta?: unknown): void {
  if ((rank[level] ?? 2) < least) return
  const timestamp = new Date().toISOString()
  const error = meta instanceof Error ? meta : undefined
  const more = error ? error.message : typeof meta === 'string' ? meta : ''
  const text = more && more !== message ? `${message} ${more}` : message
  if (!json) {
    process.stdout.write(`${timestamp} ${level} \t${text}\n${error?.stack ? `${error.stack}\n` : ''}`)
    return
  }
  const extra = error ? { ...plain(error), stack: error.stack } : meta && typeof meta === 'object' ? meta : {}
  const entry: Record<string, unknown> = { ...extra, level, message: text, timestamp }
  const sorted = Object.fromEntries(
    Object.keys(entry)
      .sort()
      .map(key => [key, entry[key]]),
  )
  process.stdout.write(`${JSON.stringify(sorted)}\n`)
}

/** The two log formats of the server: `<time> <level> \t<message>` with the stack below, or one JSON object a line. */
export const log = {
  debug: (message: string, meta?: unknown) => write('debug', message, meta),
  info: (message: string, meta?: unknown) => write('info', message, meta),
  warn: (message: string, meta?: unknown) => write('warn', message, meta),
  error: (message: string, meta?: unknown) => write('error', message, meta),
}

/** Lines the server prints outside its logger. */
export const print = (line: string): void => void process.stdout.write(`${line}\n`)

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
