import { type JobsOptions, Queue } from 'bullmq'
import { log } from '../log.ts'
import { newQueueConnection } from './valkey.ts'

/** In the order in which the worker starts them. */
export const workerQueues = [
  'trace-upsert',
  'create-eval-queue',
  'trace-delete',
  'score-delete',
  'dataset-delete-queue',
  'project-delete',
  'dataset-run-item-upsert-queue',
  'evaluation-execution-queue',
  'batch-export-queue',
  'batch-action-queue',
  'otel-ingestion-queue',
  'ingestion-queue',
  'secondary-ingestion-queue',
  'experiment-create-queue',
  'posthog-integration-queue',
  'posthog-integration-processing-queue',
  'blobstorage-integration-queue',
  'blobstorage-integration-processing-queue',
  'data-retention-queue',
  'data-retention-processing-queue',
  'webhook-queue',
  'entity-change-queue',
] as const

/** What the admin queue endpoint lists; those that only exist in the cloud have no counts. */
export const adminQueues = [
  'trace-upsert',
  'trace-delete',
  'project-delete',
  'evaluation-execution-queue',
  'dataset-run-item-upsert-queue',
  'batch-export-queue',
  'otel-ingestion-queue',
  'ingestion-queue',
  'secondary-ingestion-queue',
  'cloud-usage-metering-queue',
  'experiment-create-queue',
  'posthog-integration-queue',
  'posthog-integration-processing-queue',
  'blobstorage-integration-queue',
  'blobstorage-integration-processing-queue',
  'core-data-s3-export-queue',
  'metering-data-postgres-export-queue',
  'data-retention-queue',
  'data-retention-processing-queue',
  'batch-action-queue',
  'create-eval-queue',
  'score-delete',
  'dataset-delete-queue',
  'dead-letter-retry-queue',
  'webhook-queue',
  'entity-change-queue',
  // upstream lists the sharded queues a second time
  'ingestion-queue',
  'trace-upsert',
  'otel-ingestion-queue',
] as const

export const cloudOnly: ReadonlySet<string> = new Set([
  'cloud-usage-metering-queue',
  'core-data-s3-export-queue',
  'metering-data-postgres-export-queue',
])

const errorNames: Record<string, string> = {
  'ingestion-queue': 'IngestionQueue shard 0',
  'otel-ingestion-queue': 'OtelIngestionQueue shard 0',
  'posthog-integration-queue': 'PostHogIntegrationQueue',
  'blobstorage-integration-queue': 'BlobStorageIntegrationQueue',
  'data-retention-queue': 'DataRetentionQueue',
}

const defaults: JobsOptions = {
  removeOnComplete: true,
  removeOnFail: 100_000,
  attempts: 6,
  backoff: { type: 'exponential', delay: 5000 },
}
const special: Record<string, JobsOptions> = {
  'trace-upsert': { ...defaults, removeOnComplete: 100, attempts: 5, delay: 30_000 },
  'trace-delete': { ...defaults, delay: 5000 },
}

const queues = new Map<string, Queue | null>()

/** The producer side of a queue, made on first use; null without Redis variables. */
export function queue(name: string): Queue | null {
  const known = queues.get(name)
  if (known !== undefined) return known
  const connection = newQueueConnection()
  const made = connection
    ? new Queue(name, { connection, defaultJobOptions: special[name] ?? defaults })
    : null
  made?.on('error', error => log.error(`${errorNames[name] ?? name} error`, error))
  queues.set(name, made)
  return made
}
