import { ClickHouseError } from '@clickhouse/client'
import { env, version } from '../env.ts'
import { messageOf, print } from '../log.ts'
import { clickhouse } from '../stores/clickhouse.ts'
import { clickhouseMigrations, type Migration } from './clickhouse-migrations.ts'
import { NativeError, nativeHello } from './native-hello.ts'

class Failed extends Error {}

const database = () => env.CLICKHOUSE_DB ?? 'default'
const clustered = () => env.CLICKHOUSE_CLUSTER_ENABLED !== 'false'

/** `code: 81, message: …`, as the Go driver words an exception. */
const words = (error: unknown): string =>
  error instanceof ClickHouseError
    ? `code: ${error.code}, message: ${error.message.trimEnd()}`
    : messageOf(error)

const run = (statement: string) =>
  clickhouse().command({ query: statement, clickhouse_settings: { async_insert: 0 } })

async function rows<T>(statement: string): Promise<T[]> {
  const answer = await clickhouse().query({ query: statement, format: 'JSONEachRow' })
  return answer.json<T>()
}

/** Opens the database as golang-migrate does: first over the native protocol, which is what it is configured with. */
async function open(): Promise<void> {
  const show = `SHOW TABLES FROM "${database()}" LIKE 'schema_migrations'`
  const url = env.CLICKHOUSE_MIGRATION_URL ?? ''
  const scheme = /^([a-z0-9+.-]+):\/\//i.exec(url)?.[1] ?? ''
  if (scheme !== 'clickhouse') {
    throw new Failed(
      scheme
        ? `failed to open database: database driver: unknown driver ${scheme} (forgotten import?)`
        : 'failed to parse scheme from database URL: no scheme',
    )
  }
  const target = new URL(url)
  try {
    await nativeHello({
      host: target.hostname,
      port: Number(target.port || 9000),
      user: env.CLICKHOUSE_USER ?? '',
      password: env.CLICKHOUSE_PASSWORD ?? '',
      database: database(),
    })
    const existing = await rows<{ name: string }>(show)
    if (existing.length > 0) return
  } catch (error) {
    throw new Failed(
      `failed to open database: ${error instanceof NativeError ? error.message : words(error)} in line 0: ${show}`,
    )
  }
  await createTracker()
}

async function createTracker(): Promise<void> {
  const on = clustered() ? ` ON CLUSTER ${env.CLICKHOUSE_CLUSTER_NAME ?? 'default'}` : ''
  const engine = clustered() ? 'ReplicatedMergeTree' : 'MergeTree'
  const create = `\n\t\t\tCREATE TABLE schema_migrations${on} (\n\t\t\t\tversion    Int64,\n\t\t\t\tdirty      UInt8,\n\t\t\t\tsequence   UInt64\n\t\t\t) Engine=${engine} ORDER BY sequence`
  try {
    await run(create)
  } catch (error) {
    throw new Failed(`failed to open database: ${words(error)} in line 0: ${create}`)
  }
}

const record = (number: number, dirty: boolean) =>
  run(
    `INSERT INTO schema_migrations (version, dirty, sequence) VALUES (${number}, ${dirty ? 1 : 0}, ${BigInt(Date.now()) * 1_000_000n + (process.hrtime.bigint() % 1_000_000n)})`,
  )

async function current(): Promise<{ version: number; dirty: boolean }> {
  const last = (
    await rows<{ version: string; dirty: number }>(
      'SELECT version, dirty FROM schema_migrations ORDER BY sequence DESC LIMIT 1',
    )
  )[0]
  return { version: last ? Number(last.version) : -1, dirty: last?.dirty === 1 }
}

async function apply(migration: Migration): Promise<void> {
  const began = performance.now()
  await record(migration.version, true)
  for (const statement of migration.statements) {
    try {
      await run(statement)
    } catch (error) {
      throw new Failed(`migration failed in line 0: ${statement} (details: ${words(error)})`)
    }
  }
  await record(migration.version, false)
  print(`${migration.version}/u ${migration.name} (${(performance.now() - began).toFixed(6)}ms)`)
}

/** `migrate up`. False: it failed and said why. A run that is killed half-way leaves its version dirty. */
async function up(): Promise<boolean> {
  try {
    await open()
    const state = await current()
    if (state.dirty) throw new Failed(`Dirty database version ${state.version}. Fix and force version.`)
    const all = clickhouseMigrations(version)
    const newest = all[all.length - 1]!.version
    if (state.version > newest) {
      throw new Failed(
        `no migration found for version ${state.version}: read down for version ${state.version} .: file does not exist`,
      )
    }
    const pending = all.filter(migration => migration.version > state.version)
    if (pending.length === 0) print('no change')
    for (const migration of pending) await apply(migration)
    return true
  } catch (error) {
    print(`error: ${error instanceof Failed ? error.message : words(error)}`)
    return false
  }
}

/** `clickhouse/scripts/up.sh`: what must be set, then golang-migrate. */
export async function migrateClickhouse(): Promise<boolean> {
  const required: [string, string][] = [
    ['CLICKHOUSE_URL', 'is not configured'],
    ['CLICKHOUSE_MIGRATION_URL', 'is not configured'],
    ['CLICKHOUSE_USER', 'is not set'],
    ['CLICKHOUSE_PASSWORD', 'is not set'],
  ]
  for (const [name, problem] of required) {
    if (env[name] !== undefined) continue
    print(`Error: ${name} ${problem}.\nPlease set ${name} in your environment variables.`)
    return false
  }
  return up()
}
