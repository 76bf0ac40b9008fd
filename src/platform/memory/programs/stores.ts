import { endpointsOf, type Target, targetOf } from '../kubernetes/reachable.ts'
import type { PostgresDatabaseState, World } from '../world.ts'
import type { Environment } from './container-environment.ts'

/** How a pod with these variables fares with the platform's stores. */

export type Reached<T> =
  | { readonly is: 'ok'; readonly at: T }
  | { readonly is: 'failed'; readonly lines: readonly string[] }

const failed = (...lines: string[]): Reached<never> => ({ is: 'failed', lines })

export const isUp = (world: World, target: Target | undefined): boolean =>
  target !== undefined && (endpointsOf(world, target) ?? []).length > 0

function parsed(text: string | undefined): URL | undefined {
  return text !== undefined && URL.canParse(text) ? new URL(text) : undefined
}

const targetIn = (url: URL, port: number): Target | undefined =>
  targetOf(url.hostname, Number(url.port) || port)

export function postgresOf(
  world: World,
  environment: Environment,
): Reached<{ name: string; database: PostgresDatabaseState; user: string }> {
  const url = parsed(environment.DATABASE_URL)
  if (!environment.DATABASE_URL)
    return failed(
      'Error: Required database environment variables are not set. Provide a postgres url for DATABASE_URL.',
    )
  if (!url || url.pathname.length < 2)
    return failed(
      'Error: P1013: The provided database string is invalid. invalid port number in database URL.',
    )
  const target = targetIn(url, 5432)
  const user = decodeURIComponent(url.username)
  const name = decodeURIComponent(url.pathname.slice(1))
  if (!isUp(world, target)) return failed(`Error: P1001: Can't reach database server at \`${url.host}\``)
  if (world.postgres.roles[user]?.password !== decodeURIComponent(url.password))
    return failed(
      `Error: P1000: Authentication failed against database server at \`${url.hostname}\`, the provided database credentials for \`${user}\` are not valid.`,
    )
  const database = world.postgres.databases[name]
  return database
    ? { is: 'ok', at: { name, database, user } }
    : failed(`Error: P1003: Database \`${name}\` does not exist on the database server at \`${url.host}\`.`)
}

export function clickhouseOf(
  world: World,
  environment: Environment,
): Reached<{ name: string; database: World['clickhouse']['databases'][string] }> {
  for (const name of ['CLICKHOUSE_URL', 'CLICKHOUSE_MIGRATION_URL', 'CLICKHOUSE_USER', 'CLICKHOUSE_PASSWORD'])
    if (!environment[name])
      return failed(`Error: ${name} is not ${name.endsWith('URL') ? 'configured' : 'set'}.`)
  const http = parsed(environment.CLICKHOUSE_URL)
  const native = parsed(environment.CLICKHOUSE_MIGRATION_URL)
  const name = environment.CLICKHOUSE_DB || 'default'
  if (environment.CLICKHOUSE_CLUSTER_ENABLED !== 'false')
    return failed("error: code: 170, message: Requested cluster 'default' not found")
  if (!http || !native || !isUp(world, targetIn(http, 8123)) || !isUp(world, targetIn(native, 9000)))
    return failed(
      `error: failed to open database: dial tcp ${native?.host}: connect: connection refused in line 0: SHOW TABLES FROM "${name}" LIKE 'schema_migrations'`,
    )
  const user = environment.CLICKHOUSE_USER!
  // The entrypoint puts the password raw into a query string: one that would need encoding arrives as another.
  const password = environment.CLICKHOUSE_PASSWORD!
  if (world.clickhouse.users[user]?.password !== password || /[^A-Za-z0-9._~-]/.test(password))
    return failed(
      `error: failed to open database: code: 516, message: ${user}: Authentication failed: password is incorrect, or there is no user with such name.`,
    )
  const database = world.clickhouse.databases[name]
  if (!database)
    return failed(
      `error: failed to open database: code: 81, message: Database ${name} does not exist. (UNKNOWN_DATABASE)`,
    )
  if (!mayWrite(world, user, name))
    return failed(
      `error: migration failed: code: 497, message: ${user}: Not enough privileges. To execute this query, it's necessary to have the grant CREATE TABLE ON ${name}.*`,
    )
  return { is: 'ok', at: { name, database } }
}

function mayWrite(world: World, user: string, database: string): boolean {
  return (world.clickhouse.users[user]?.grants ?? []).some(line => {
    const match = /^GRANT (.+) ON (\S+) TO /.exec(line)
    const scope = match?.[2]?.replaceAll('`', '')
    return (scope === '*.*' || scope === `${database}.*`) && /\b(ALL|CREATE)\b/.test(match![1]!)
  })
}

export function valkeyOf(world: World, environment: Environment): Reached<{ index: number }> {
  const text = environment.REDIS_CONNECTION_STRING
  const host = environment.REDIS_HOST
  const url =
    parsed(text) ??
    (host
      ? parsed(
          `redis://:${encodeURIComponent(environment.REDIS_AUTH ?? 'undefined')}@${host}:${environment.REDIS_PORT ?? '6379'}/0`,
        )
      : undefined)
  if (!url) return failed('Redis not initialized, aborting event processing')
  if (!isUp(world, targetIn(url, 6379)))
    return failed(`Error: connect ECONNREFUSED ${url.host}`, 'Connection to redis lost. Retry attempt 1')
  const given = url.password === '' ? undefined : decodeURIComponent(url.password)
  const wanted = world.valkey.password
  if (wanted !== undefined && given === undefined) return failed('NOAUTH Authentication required.')
  if (wanted !== undefined && given !== wanted)
    return failed('WRONGPASS invalid username-password pair or user is disabled.')
  return { is: 'ok', at: { index: Number(url.pathname.slice(1) || 0) } }
}

export function bucketOf(
  world: World,
  environment: Environment,
  use: 'EVENT' | 'MEDIA',
): Reached<World['s3']['buckets'][string]> {
  const of = (suffix: string) => environment[`LANGFUSE_S3_${use}_UPLOAD_${suffix}`]
  const url = parsed(of('ENDPOINT'))
  const outside = url?.hostname === `s3.${world.facts.domain}`
  const target = outside
    ? { namespace: 'seaweedfs', service: 'seaweedfs-s3', port: 8333 }
    : url && targetIn(url, 8333)
  if (!isUp(world, target)) return failed(`Failed to upload JSON to S3 connect ECONNREFUSED ${url?.host}`)
  if (of('ACCESS_KEY_ID') !== world.s3.accessKey)
    return failed('Failed to upload JSON to S3 InvalidAccessKeyId')
  if (of('SECRET_ACCESS_KEY') !== world.s3.secretKey)
    return failed('Failed to upload JSON to S3 SignatureDoesNotMatch')
  const bucket = world.s3.buckets[of('BUCKET') ?? '']
  return bucket ? { is: 'ok', at: bucket } : failed('Failed to upload JSON to S3 NoSuchBucket')
}
