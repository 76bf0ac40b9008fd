import { createHash, randomUUID } from 'node:crypto'
import pg from 'pg'
import { env, version } from '../env.ts'
import { messageOf, print } from '../log.ts'
import { type DatabaseTarget, DatabaseUrlError, databaseTarget } from '../stores/database-url.ts'
import { connectionFailure, sqlState } from '../stores/postgres-errors.ts'
import { migrationNames } from './migration-names.ts'
import { statementsOf } from './postgres-schema.ts'

/** Ends the migration step: its text is printed, then the entrypoint says that migrations failed. */
class Failed extends Error {}

const lockKey = 72_707_369
const tracker = `create table _prisma_migrations (id varchar(36) primary key not null, checksum varchar(64) not null, finished_at timestamptz, migration_name varchar(255) not null, logs text, rolled_back_at timestamptz, started_at timestamptz not null default now(), applied_steps_count integer not null default 0)`

async function connect(target: DatabaseTarget): Promise<pg.Client> {
  const client = new pg.Client(target.config)
  client.on('error', () => undefined) // a lost connection is reported by the query that meets it
  try {
    await client.connect()
    return client
  } catch (error) {
    const failure = connectionFailure(error, target)
    throw new Failed(failure ? `Error: ${failure.code}: ${failure.message}` : `Error: ${messageOf(error)}`)
  }
}

async function lock(client: pg.Client, target: DatabaseTarget): Promise<void> {
  await client.query("set lock_timeout = '10s'")
  try {
    await client.query('select pg_advisory_lock($1)', [lockKey])
  } catch (error) {
    if (sqlState(error) !== '55P03') throw error
    const at = `\`${target.host}:${target.port}\``
    throw new Failed(
      `Error: P1002\n\nThe database server at ${at} was reached but timed out.\n\nPlease try again.\n\nPlease make sure your database server is running at ${at}.\n\nContext: Timed out trying to acquire a postgres advisory lock (SELECT pg_advisory_lock(${lockKey})). Elapsed: 10000ms. See https://pris.ly/d/migrate-advisory-locking for details.`,
    )
  }
}

async function prepareTracker(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ tracker: string | null; tables: string }>(
    "select to_regclass('_prisma_migrations')::text as tracker, (select count(*) from information_schema.tables where table_schema = 'public') as tables",
  )
  if (rows[0]?.tracker) return
  if (Number(rows[0]?.tables) > 0) {
    throw new Failed(
      'Error: P3005\n\nThe database schema is not empty. Read more about how to baseline an existing production database: https://pris.ly/d/migrate-baseline',
    )
  }
  try {
    await client.query(tracker)
  } catch (error) {
    throw new Failed(
      `Error: ERROR: ${messageOf(error)}\n   0: schema_core::state::ApplyMigrations\n             at schema-engine/core/src/state.rs:226`,
    )
  }
}

async function refuseFailed(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ migration_name: string; started_at: Date }>(
    'select migration_name, started_at from _prisma_migrations where finished_at is null and rolled_back_at is null order by started_at',
  )
  if (rows.length === 0) return
  const lines = rows.map(
    row =>
      `The \`${row.migration_name}\` migration started at ${row.started_at.toISOString().replace('T', ' ').replace('Z', ' UTC')} failed`,
  )
  throw new Failed(
    `Error: P3009\n\nmigrate found failed migrations in the target database, new migrations will not be applied. Read more about how to resolve migration issues in a production database: https://pris.ly/d/migrate-resolve\n${lines.join('\n')}\n`,
  )
}

async function apply(client: pg.Client, name: string, statements: string[]): Promise<void> {
  const id = randomUUID()
  const checksum = createHash('sha256').update(name).digest('hex')
  await client.query('insert into _prisma_migrations (id, checksum, migration_name) values ($1, $2, $3)', [
    id,
    checksum,
    name,
  ])
  try {
    for (const statement of statements) await client.query(statement)
  } catch (error) {
    await client.query('update _prisma_migrations set logs = $2 where id = $1', [id, messageOf(error)])
    const state = sqlState(error) ?? 'N/A'
    throw new Failed(
      `Error: P3018\n\nA migration failed to apply. New migrations cannot be applied before the error is recovered from. Read more about how to resolve migration issues in a production database: https://pris.ly/d/migrate-resolve\n\nMigration name: ${name}\n\nDatabase error code: ${state}\n\nDatabase error:\nERROR: ${messageOf(error)}\n\nDbError { severity: "ERROR", parsed_severity: Some(Error), code: SqlState(E${state}), message: "${messageOf(error)}" }\n`,
    )
  }
  await client.query(
    'update _prisma_migrations set finished_at = now(), applied_steps_count = 1 where id = $1',
    [id],
  )
}

async function applyAll(client: pg.Client, names: string[]): Promise<void> {
  const { rows } = await client.query<{ migration_name: string }>(
    'select migration_name from _prisma_migrations where finished_at is not null',
  )
  const done = new Set(rows.map(row => row.migration_name))
  const pending = names.filter(name => !done.has(name))
  if (pending.length === 0) return print('\nNo pending migrations to apply.')
  for (const name of pending) {
    print(`Applying migration \`${name}\``)
    await apply(client, name, statementsOf(names.indexOf(name), names.length))
  }
  print('\nThe following migration(s) have been applied:\n\nmigrations/')
  for (const name of pending) print(`  └─ ${name}/\n    └─ migration.sql`)
  print('      \nAll migrations have been successfully applied.')
}

/** `prisma db execute` and `prisma migrate deploy` of the entrypoint. False: they failed, and have said why. */
export async function migratePostgres(): Promise<boolean> {
  let client: pg.Client | undefined
  try {
    const target = databaseTarget(env.DIRECT_URL ?? env.DATABASE_URL ?? '')
    print('Prisma schema loaded from packages/shared/prisma/schema.prisma')
    print(
      `Datasource "db": PostgreSQL database "${target.database}", schema "${target.schema}" at "${target.host}:${target.port}"`,
    )
    client = await connect(target)
    const names = migrationNames(version)
    print(`\n${names.length} migrations found in prisma/migrations\n`)
    await lock(client, target)
    await prepareTracker(client)
    await refuseFailed(client)
    await applyAll(client, names)
    return true
  } catch (error) {
    if (error instanceof DatabaseUrlError) print(`Error: P1013: ${error.message}`)
    else print(error instanceof Failed ? `\n${error.message}` : `\nError: ${messageOf(error)}`)
    return false
  } finally {
    await client?.end().catch(() => undefined)
  }
}
