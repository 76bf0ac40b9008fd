import { spawn } from 'node:child_process'
import { env, version } from './env.ts'
import { print } from './log.ts'

/** Read again after the entrypoint has completed it: the rest of the program sees a plain environment. */
function completeEnvironment(): void {
  if (!env.DATABASE_URL) {
    const { DATABASE_HOST, DATABASE_USERNAME, DATABASE_PASSWORD, DATABASE_NAME, DATABASE_ARGS } = env
    if (!DATABASE_HOST || !DATABASE_USERNAME || !DATABASE_PASSWORD || !DATABASE_NAME) {
      print(
        'Error: Required database environment variables are not set. Provide a postgres url for DATABASE_URL.',
      )
      process.exit(1)
    }
    const url = `postgresql://${DATABASE_USERNAME}:${DATABASE_PASSWORD}@${DATABASE_HOST}/${DATABASE_NAME}${DATABASE_ARGS ? `?${DATABASE_ARGS}` : ''}`
    Object.assign(env, { DATABASE_URL: url })
    process.env.DATABASE_URL = url
  }
  if (!env.CLICKHOUSE_URL) {
    print(
      'Error: CLICKHOUSE_URL is not configured. Migrating from V2? Check out migration guide: https://langfuse.com/self-hosting/upgrade-guides/upgrade-v2-to-v3',
    )
    process.exit(1)
  }
  if (!env.DIRECT_URL) Object.assign(env, { DIRECT_URL: env.DATABASE_URL })
}

async function migrate(): Promise<void> {
  if (env.LANGFUSE_AUTO_POSTGRES_MIGRATION_DISABLED !== 'true') {
    const { migratePostgres } = await import('./migrate/prisma.ts')
    if (!(await migratePostgres())) {
      print(
        'Applying database migrations failed. This is mostly caused by the database being unavailable.\nExiting...',
      )
      process.exit(1)
    }
  }
  if (env.LANGFUSE_AUTO_CLICKHOUSE_MIGRATION_DISABLED !== 'true') {
    const { migrateClickhouse } = await import('./migrate/golang-migrate.ts')
    if (!(await migrateClickhouse())) {
      print(
        'Applying clickhouse migrations failed. This is mostly caused by the database being unavailable.\nExiting...',
      )
      process.exit(1)
    }
  }
}

function execute([command = 'true', ...args]: string[]): void {
  const child = spawn(command, args, { stdio: 'inherit' })
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  child.on('error', error => {
    print(`./web/entrypoint.sh: exec: ${command}: ${error.message}`)
    process.exit(127)
  })
  child.on('exit', (code, signal) => process.exit(signal ? 143 : (code ?? 0)))
}

// Process 1 has no default signal handling: without this a migration could not be stopped.
const die = () => process.exit(143)
process.on('SIGTERM', die)
process.on('SIGINT', die)

print(`Stand-in for Langfuse web ${version}; this is not Langfuse`)
completeEnvironment()
await migrate()
const args = process.argv.slice(2)
if (args.length > 0 && args.join(' ') !== 'node ./web/server.js') {
  if (args.join(' ') === 'true') process.exit(0)
  process.off('SIGTERM', die)
  process.off('SIGINT', die)
  execute(args)
} else {
  process.off('SIGTERM', die)
  process.off('SIGINT', die)
  const { startWeb } = await import('./web/start.ts')
  await startWeb()
}
