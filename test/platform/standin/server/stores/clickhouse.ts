import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { env } from '../env.ts'

let client: ClickHouseClient | undefined

/** One client a process. `CLICKHOUSE_URL` may carry settings (`?clickhouse_setting_…`), which the client honours. */
export function clickhouse(): ClickHouseClient {
  client ??= createClient({
    url: env.CLICKHOUSE_URL,
    username: env.CLICKHOUSE_USER,
    password: env.CLICKHOUSE_PASSWORD ?? '',
    database: env.CLICKHOUSE_DB ?? 'default',
    max_open_connections: Number(env.CLICKHOUSE_MAX_OPEN_CONNECTIONS ?? 25),
    request_timeout: 30_000,
    keep_alive: { idle_socket_ttl: Number(env.CLICKHOUSE_KEEP_ALIVE_IDLE_SOCKET_TTL ?? 9000) },
    clickhouse_settings: { async_insert: 1, wait_for_async_insert: 1 },
    log: { level: ClickHouseLogLevel.OFF },
  })
  return client
}

export async function query<T>(text: string, params: Record<string, unknown> = {}): Promise<T[]> {
  const answer = await clickhouse().query({ query: text, query_params: params, format: 'JSONEachRow' })
  return answer.json<T>()
}

/** `2026-11-24 16:01:21.745` → `2026-11-24T16:01:21.745Z`; ClickHouse answers in UTC without saying so. */
export const isoTime = (text: string): string => {
  const date = new Date(`${text.replace(' ', 'T')}Z`)
  return Number.isNaN(date.getTime()) ? text : date.toISOString()
}

/** The form ClickHouse reads as DateTime64(3) in a query parameter. */
export const chTime = (date: Date): string => date.toISOString().replace('T', ' ').replace('Z', '')
