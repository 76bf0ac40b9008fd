import type { LangfuseRows, World } from '../world.ts'
import type { Environment } from './container-environment.ts'
import { migration } from './migration.ts'
import type { Start } from './program.ts'
import { postgresOf, valkeyOf } from './stores.ts'

const START_MS = 6_000

/**
 * The web's start as measured: a bad environment leaves it alive and answering 500 for ever, a failed initialisation
 * ends it with exit code 0, only the migrations end it with 1.
 */
export function webStart(world: World, environment: Environment): Start {
  const off = (name: string) => environment[`LANGFUSE_AUTO_${name}_MIGRATION_DISABLED`] === 'true'
  let migrating = 0
  if (!off('POSTGRES') || !off('CLICKHOUSE')) {
    const before = migration(world, environment)
    if (before.fate.exit?.code !== 0) return before
    migrating = before.fate.exit.after
  }
  const invalid = invalidVariables(environment)
  if (invalid.length > 0) {
    return {
      fate: {},
      lines: [
        '❌ Invalid environment variables: [',
        ...invalid.map(line => `  ${line}`),
        ']',
        'Error: An error occurred while loading instrumentation hook: Invalid environment variables',
        ' ✓ Ready in 1274ms',
      ],
    }
  }
  const failure = initFailure(world, environment)
  if (failure) {
    return {
      fate: { exit: { after: migrating + START_MS, code: 0 } },
      lines: ['Running init scripts...', `Error: ${failure}`, 'Signal: unhandledRejection'],
    }
  }
  return {
    fate: { readyAfter: migrating + START_MS, effect: 'initialise' },
    lines: ['   ▲ Next.js 14.2.30', ' ✓ Starting...', 'Running init scripts...', ' ✓ Ready in 1274ms'],
  }
}

export function invalidVariables(environment: Environment): string[] {
  const required = [
    'NEXTAUTH_SECRET',
    'SALT',
    'NEXTAUTH_URL',
    'LANGFUSE_S3_EVENT_UPLOAD_BUCKET',
    'CLICKHOUSE_URL',
  ]
  const missing = required.filter(name => !environment[name]).map(name => `${name}: Required`)
  const url = environment.NEXTAUTH_URL
  const key = environment.ENCRYPTION_KEY
  return [
    ...missing,
    ...(url && !URL.canParse(url) ? ['NEXTAUTH_URL: Invalid url'] : []),
    ...(key && key.length !== 64
      ? [
          'ENCRYPTION_KEY must be 256 bits, 64 string characters in hex format, generate via: openssl rand -hex 32',
        ]
      : []),
  ]
}

function initFailure(world: World, environment: Environment): string | undefined {
  const postgres = postgresOf(world, environment)
  if (postgres.is === 'failed') return postgres.lines[0]
  if (postgres.at.database.tables.organizations === undefined)
    return 'P2021: The table `public.organizations` does not exist in the current database.'
  const of = (name: string) => environment[`LANGFUSE_INIT_${name}`]
  if (!of('ORG_ID')) return undefined
  const password = of('USER_PASSWORD')
  if (of('USER_EMAIL') && password && password.length < 8)
    return 'Password needs to be at least 8 characters long.'
  const clash = postgres.at.database.content.apiKeys.some(
    key => key.secretKey === of('PROJECT_SECRET_KEY') && key.publicKey !== of('PROJECT_PUBLIC_KEY'),
  )
  return clash ? 'P2002: Unique constraint failed on the fields: (`fast_hashed_secret_key`)' : undefined
}

/** Headless initialisation: creates what is missing and changes nothing that is there. */
export function initialise(world: World, environment: Environment): void {
  const postgres = postgresOf(world, environment)
  if (postgres.is === 'failed') return
  const rows = postgres.at.database.content
  const of = (name: string) => environment[`LANGFUSE_INIT_${name}`]
  const organization = of('ORG_ID')
  markQueues(world, environment)
  if (!organization) return
  add(rows.organizations, one => one.id === organization, {
    id: organization,
    name: of('ORG_NAME') ?? 'Provisioned Org',
  })
  const project = of('PROJECT_ID')
  if (project) {
    add(rows.projects, one => one.id === project, {
      id: project,
      name: of('PROJECT_NAME') ?? 'Provisioned Project',
      organization,
    })
    addKey(rows, { project, publicKey: of('PROJECT_PUBLIC_KEY'), secretKey: of('PROJECT_SECRET_KEY') })
  }
  addUser(rows, {
    organization,
    email: of('USER_EMAIL'),
    password: of('USER_PASSWORD'),
    name: of('USER_NAME'),
  })
}

function addKey(
  rows: LangfuseRows,
  { project, publicKey, secretKey }: { project: string; publicKey?: string; secretKey?: string },
): void {
  if (publicKey && secretKey)
    add(rows.apiKeys, one => one.publicKey === publicKey, { publicKey, secretKey, project })
}

function addUser(
  rows: LangfuseRows,
  user: { organization: string; email?: string; password?: string; name?: string },
): void {
  if (!user.email || !user.password) return
  const known = rows.users.find(one => one.email === user.email)
  if (!known) {
    rows.users.push({
      email: user.email,
      name: user.name ?? 'Provisioned User',
      password: user.password,
      organizations: [user.organization],
    })
  } else if (!known.organizations.includes(user.organization)) known.organizations.push(user.organization)
}

function add<T>(list: T[], same: (one: T) => boolean, item: T): void {
  if (!list.some(same)) list.push(item)
}

/** A started process leaves its queues' bookkeeping behind in Valkey. */
export function markQueues(world: World, environment: Environment): void {
  const valkey = valkeyOf(world, environment)
  if (valkey.is === 'failed') return
  const index = String(valkey.at.index)
  const keys = world.valkey.keys[index] ?? {}
  world.valkey.keys[index] = keys
  for (const queue of ['ingestion-queue', 'otel-ingestion-queue', 'trace-upsert'])
    keys[`bull:${queue}:meta`] = 'hash'
}
