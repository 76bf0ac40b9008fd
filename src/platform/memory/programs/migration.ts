import type { World } from '../world.ts'
import type { Environment } from './container-environment.ts'
import type { Start } from './program.ts'
import { clickhouseOf, postgresOf } from './stores.ts'

const POSTGRES_TABLES = [
  'Account',
  'Session',
  'api_keys',
  'audit_logs',
  'dashboards',
  'datasets',
  'llm_api_keys',
  'media',
  'models',
  'organizations',
  'projects',
  'prompts',
  'users',
]

export const CLICKHOUSE_TABLES = [
  'analytics_observations',
  'analytics_scores',
  'analytics_traces',
  'blob_storage_file_log',
  'dataset_run_items',
  'dataset_run_items_rmt',
  'event_log',
  'observations',
  'project_environments',
  'schema_migrations',
  'scores',
  'traces',
  'traces_null',
]

const MIGRATIONS = 338

/** The entrypoint's part before the server: first PostgreSQL, then ClickHouse; exit code 1 when one fails. */
export function migration(world: World, environment: Environment): Start {
  const postgres = postgresOf(world, environment)
  if (postgres.is === 'failed') return stopped(postgres.lines, 'Applying database migrations failed.')
  const { database, user } = postgres.at
  if (database.owner !== user && !world.postgres.roles[user]?.superuser)
    return stopped(
      ['Error: ERROR: permission denied for schema public', 'Error code: P3018'],
      'Applying database migrations failed.',
    )
  const clickhouse = clickhouseOf(world, environment)
  if (clickhouse.is === 'failed') return stopped(clickhouse.lines, 'Applying clickhouse migrations failed.')
  const fresh = database.tables._prisma_migrations === undefined || clickhouse.at.database.tables.length === 0
  return {
    fate: { exit: { after: fresh ? 18_000 : 2_500, code: 0 }, effect: 'migrate' },
    lines: fresh
      ? [
          'Prisma schema loaded from packages/shared/prisma/schema.prisma',
          `${MIGRATIONS} migrations found in prisma/migrations`,
        ]
      : [
          `${MIGRATIONS} migrations found in prisma/migrations`,
          'No pending migrations to apply.',
          'no change',
        ],
  }
}

function stopped(lines: readonly string[], summary: string): Start {
  return {
    fate: { exit: { after: 1_800, code: 1 } },
    lines: [
      ...lines,
      '',
      `${summary} This is mostly caused by the database being unavailable.`,
      'Exiting...',
    ],
  }
}

/** Makes the tables; what is there stays. */
export function migrate(world: World, environment: Environment): void {
  const postgres = postgresOf(world, environment)
  const clickhouse = clickhouseOf(world, environment)
  if (postgres.is === 'failed' || clickhouse.is === 'failed') return
  const { tables } = postgres.at.database
  tables._prisma_migrations ??= MIGRATIONS
  for (const table of POSTGRES_TABLES) tables[table] ??= 0
  const { database } = clickhouse.at
  database.tables = [...new Set([...database.tables, ...CLICKHOUSE_TABLES])].sort()
}
