import { processJob } from '../programs/processing.ts'
import { runningProgram } from '../programs/running.ts'
import { clickhouseOf, valkeyOf } from '../programs/stores.ts'
import type { Controller } from './reconcile.ts'

/** The worker at work: takes jobs that are due and writes them to ClickHouse. Without a ready worker they stay. */
export const ingestion: Controller = (world, wake) => {
  if (world.valkey.jobs.length === 0) return false
  const worker = runningProgram(world, 'worker')
  if (!worker?.ready) return false
  const valkey = valkeyOf(world, worker.environment)
  const clickhouse = clickhouseOf(world, worker.environment)
  if (valkey.is === 'failed' || clickhouse.is === 'failed') return false
  const mine = world.valkey.jobs.filter(job => job.index === valkey.at.index)
  const due = mine.filter(job => Math.max(job.due, worker.readySince) <= world.now)
  for (const job of mine) if (!due.includes(job)) wake(Math.max(job.due, worker.readySince))
  for (const job of due)
    processJob(world, { database: clickhouse.at.database, environment: worker.environment }, job)
  world.valkey.jobs = world.valkey.jobs.filter(job => !due.includes(job))
  return due.length > 0
}
