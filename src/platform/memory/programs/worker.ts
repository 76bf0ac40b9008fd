import type { Environment } from './container-environment.ts'
import type { Start } from './program.ts'

export const WORKER_STARTED = {
  lines: [
    'info trace-upsert executor started: true',
    'info otel-ingestion-queue executor started: true',
    'info ingestion-queue executor started: true',
    'info Starting ClickhouseWriter. Max interval: 1000 ms, Max batch size: 1000',
    'info Listening: http://0.0.0.0:3030',
  ],
  shutdown: [
    'info Received SIGTERM, closing server...',
    'info All workers have been closed.',
    'info Redis connection has been closed.',
    'info Shutdown complete, exiting process...',
  ],
}

/** The worker ends at once on an invalid environment; stores that do not answer only make it unready. */
export function workerStart(environment: Environment): Start {
  const key = environment.ENCRYPTION_KEY
  const missing = [
    'DATABASE_URL',
    'CLICKHOUSE_URL',
    'CLICKHOUSE_USER',
    'CLICKHOUSE_PASSWORD',
    'LANGFUSE_S3_EVENT_UPLOAD_BUCKET',
  ].filter(name => !environment[name])
  if (key && key.length !== 64) missing.push('ENCRYPTION_KEY')
  if (missing.length === 0) return { fate: { readyAfter: 4_000 }, lines: WORKER_STARTED.lines }
  return {
    fate: { exit: { after: 1_500, code: 1 } },
    lines: ['ZodError: [', ...missing.map(name => `  { "path": [ "${name}" ], "message": "Required" }`), ']'],
  }
}
