import { number } from '../env.ts'
import { log, messageOf } from '../log.ts'
import { clickhouse } from '../stores/clickhouse.ts'

export type Table = 'traces' | 'observations' | 'scores' | 'blob_storage_file_log'
export type Item = Record<string, unknown>
type Entry = { item: Item; attempts: number }

const interval = () => number('LANGFUSE_INGESTION_CLICKHOUSE_WRITE_INTERVAL_MS', 1000)
const size = () => number('LANGFUSE_INGESTION_CLICKHOUSE_WRITE_BATCH_SIZE', 1000)
const most = () => number('LANGFUSE_INGESTION_CLICKHOUSE_MAX_ATTEMPTS', 3)

const waiting = new Map<Table, Entry[]>()
let timer: NodeJS.Timeout | undefined

export function startWriter(): void {
  if (timer) return
  log.info(`Starting ClickhouseWriter. Max interval: ${interval()} ms, Max batch size: ${size()}`)
  timer = setInterval(() => void flushAll(), interval())
}

/** Rows are kept in memory until the next flush; times are numbers of milliseconds, as the server sends them. */
export function addRow(table: Table, item: Item): void {
  startWriter()
  const rows = waiting.get(table) ?? []
  rows.push({ item, attempts: 1 })
  waiting.set(table, rows)
  if (rows.length >= size()) void flush(table)
}

async function flush(table: Table): Promise<void> {
  const rows = (waiting.get(table) ?? []).splice(0, size())
  if (rows.length === 0) return
  try {
    await clickhouse().insert({ table, values: rows.map(row => row.item), format: 'JSONEachRow' })
  } catch (error) {
    log.error(`ClickhouseWriter.writeToClickhouse Error: ${messageOf(error)}`)
    log.error(`ClickHouse query failed with non-retryable error: ${messageOf(error)}`, {
      error: messageOf(error),
    })
    log.error(`ClickhouseWriter.flush ${table}`, error)
    for (const row of rows) {
      if (row.attempts < most()) waiting.get(table)?.push({ ...row, attempts: row.attempts + 1 })
      else log.error(`Max attempts reached for ${table} record. Dropping record.`, { item: row.item })
    }
  }
}

export const flushAll = async (): Promise<void> => {
  await Promise.all([...waiting.keys()].map(flush))
}

/** Ends the timer and writes what is left. After this nothing is written any more. */
export async function stopWriter(): Promise<void> {
  startWriter()
  log.info('Shutting down ClickhouseWriter...')
  clearInterval(timer)
  await flushAll()
  log.info('ClickhouseWriter shutdown complete.')
}
