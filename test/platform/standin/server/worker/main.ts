import { createServer, type Server, type ServerResponse } from 'node:http'
import { type Processor, Worker } from 'bullmq'
import { env, number, version } from '../env.ts'
import { log } from '../log.ts'
import { sql } from '../stores/postgres.ts'
import { queue, workerQueues } from '../stores/queues.ts'
import { newWorkerConnection, valkey } from '../stores/valkey.ts'
import { answer, notFound } from './answers.ts'
import { seed } from './defaults.ts'
import { requireWorkerEnv } from './environment.ts'
import { ingestion, otel, traceDelete, traceUpsert } from './jobs.ts'
import { stopWriter } from './writer.ts'

const processors: Record<string, Processor> = {
  'ingestion-queue': ingestion,
  'otel-ingestion-queue': otel,
  'trace-upsert': traceUpsert,
  'trace-delete': traceDelete,
}
const concurrency: Record<string, () => number> = {
  'ingestion-queue': () => number('LANGFUSE_INGESTION_QUEUE_PROCESSING_CONCURRENCY', 20),
  'otel-ingestion-queue': () => number('LANGFUSE_OTEL_INGESTION_QUEUE_PROCESSING_CONCURRENCY', 5),
}
const nothingToDo: Processor = async () => undefined

let stopping = false
const workers: Worker[] = []

function startQueues(): void {
  for (const name of workerQueues) {
    const connection = newWorkerConnection()
    if (!connection) continue
    const worker = new Worker(name, processors[name] ?? nothingToDo, {
      connection,
      concurrency: concurrency[name]?.() ?? 1,
    })
    worker.on('failed', (job, error) =>
      log.error(`Queue job ${job?.name} with id ${job?.id} in ${name} failed`, error),
    )
    worker.on('error', error => log.error(`Queue job ${name} errored: ${error}`, error))
    workers.push(worker)
    log.info(`${name} executor started: true`)
  }
}

/** Jobs that only leave their marks in Valkey here; what they do needs parts of the server that are not stood in for. */
async function scheduleRepeats(): Promise<void> {
  const patterns = {
    'posthog-integration-queue': '30 * * * *',
    'blobstorage-integration-queue': '20 * * * *',
    'data-retention-queue': '15 3 * * *',
    'dead-letter-retry-queue': '0 */10 * * * *',
  }
  for (const [name, pattern] of Object.entries(patterns)) {
    const target = queue(name)
    if (!target) return
    await target.waitUntilReady()
    await target.add(name, {}, { repeat: { pattern } })
  }
}

async function health(response: ServerResponse, ready: boolean): Promise<void> {
  if (ready && stopping) return answer(response, 500, { status: 'SIGTERM / SIGINT received, shutting down' })
  try {
    await sql('select 1', [], 'prisma.$queryRaw()')
    const redis = valkey()
    if (!redis) throw new Error('Redis connection not available')
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('Redis ping timeout after 2 seconds')), 2000)
    })
    await Promise.race([redis.ping(), late]).finally(() => clearTimeout(timer))
    answer(response, 200, { status: 'ok' })
  } catch (error) {
    log.error(ready ? 'Readiness check failed' : 'Health check failed', error)
    answer(response, 500, { status: 'error' })
  }
}

function listen(): Server {
  const host = env.HOSTNAME ?? '0.0.0.0'
  const port = number('PORT', 3030)
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0]
    if (path === '/api/health') void health(response, false)
    else if (path === '/api/ready') void health(response, true)
    else if (path === '/') answer(response, 200, { message: 'Langfuse Worker API 🚀' })
    else notFound(response, request.method ?? 'GET', path ?? '/')
  })
  server.listen(port, host, () => log.info(`Listening: http://${host}:${port}`))
  return server
}

/** As measured: everything is closed and flushed, the log says so, and the process stays. */
async function shutdown(signal: string, server: Server): Promise<void> {
  log.info(`Received ${signal}, closing server...`)
  stopping = true
  log.info('Set sigterm received to true')
  server.close()
  server.closeAllConnections()
  log.info('Server has been closed.')
  await Promise.all(workers.map(worker => worker.close()))
  log.info('All workers have been closed.')
  await stopWriter()
  log.info('Clickhouse writer has been shut down.')
  log.info('Redis connection has been closed.')
  log.info('Prisma connection has been closed.')
  log.info('Token count worker threads have been terminated.')
  log.info('All tokenizers are cleaned up from memory.')
  log.info('Shutdown complete, exiting process...')
}

requireWorkerEnv()
log.info(`Stand-in for the Langfuse worker ${version}; this is not Langfuse`)
// The real worker's queue connections keep it alive after its shutdown; this timer does the same.
setInterval(() => undefined, 60_000)
process.on('unhandledRejection', error => {
  log.error('unhandledRejection', error)
  process.exit(1)
})
log.info('No min project create date set, ClickhouseReadSkipCache will not pre-populate')
valkey()
startQueues()
const server = listen()
process.on('SIGTERM', () => void shutdown('SIGTERM', server))
process.on('SIGINT', () => void shutdown('SIGINT', server))
void seed()
void scheduleRepeats()
