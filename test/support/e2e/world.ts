import { Secret } from '../../../src/config/secret.ts'
import type { Platform } from '../../platform/platform.ts'
import { forwarded } from '../../platform/stores/forward.ts'
import { adminApi } from '../../platform/stores/keycloak/admin.ts'
import { platformUnderTest, within } from '../platform.ts'
import { escrowed } from './escrow.ts'

/** All that an installation leaves, in a form in which two of them can be compared: no times, no ids, no values of keys. */
export interface World {
  readonly kubernetes: Readonly<Record<string, unknown>>
  readonly ledger: readonly string[]
  readonly postgres: readonly string[]
  readonly clickhouse: { readonly grants: readonly string[]; readonly tables: readonly string[] }
  readonly keycloak: unknown
  readonly buckets: readonly string[]
  /** Whether each store takes the escrowed credential. */
  readonly logins: Readonly<Record<string, string>>
  readonly keys: readonly string[]
}

export async function exportWorld(platform: Platform): Promise<World> {
  const keys = await escrowed(platform)
  const under = platformUnderTest()
  const { services } = under
  try {
    const secret = (name: string) => new Secret(keys[name] ?? '')
    return {
      kubernetes: await kubernetesObjects(platform, keys),
      ledger: await ledger(platform),
      postgres: await postgresObjects(platform),
      clickhouse: {
        grants: [...((await services.clickhouse.grants('langfuse', within(20))) ?? [])].sort(),
        tables: [...((await services.clickhouse.database('langfuse', within(20)))?.tables ?? [])].sort(),
      },
      keycloak: await keycloakClient(platform, keys),
      buckets: (await services.s3.buckets(within(20))).filter(name => name.startsWith('langfuse')).sort(),
      logins: {
        postgres: await services.postgres.login(
          { user: 'langfuse', password: secret('POSTGRES_PASSWORD'), database: 'langfuse_db' },
          within(20),
        ),
        clickhouse: await services.clickhouse.login(
          { user: 'langfuse', password: secret('CLICKHOUSE_PASSWORD'), database: 'langfuse' },
          within(20),
        ),
      },
      keys: Object.keys(keys).sort(),
    }
  } finally {
    await under.close()
  }
}

interface Listed {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string } & Record<string, unknown>
  readonly data?: Readonly<Record<string, string>>
  readonly [field: string]: unknown
}

const KINDS = 'deployments,services,httproutes,secrets,configmaps,serviceaccounts'
const VOLATILE = new Set([
  ...['uid', 'resourceVersion', 'creationTimestamp', 'generation', 'managedFields', 'status'],
  ...['clusterIP', 'clusterIPs', 'deployment.kubernetes.io/revision'],
])

async function kubernetesObjects(
  platform: Platform,
  keys: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const inside = await listed(platform, ['get', KINDS, '-n', 'langfuse', '-o', 'json'])
  const around = await listed(platform, [
    'get',
    'namespaces',
    'langfuse',
    'thinkube-langfuse',
    '--ignore-not-found',
    '-o',
    'json',
  ])
  return Object.fromEntries(
    [...inside, ...around].map(object => {
      const { data } = object
      const readable =
        object.kind === 'Secret' && data
          ? { ...object, data: mapValues(data, value => Buffer.from(value, 'base64').toString()) }
          : object
      return [`${object.kind} ${object.metadata.name}`, normalised(readable, keys)]
    }),
  )
}

async function listed(platform: Platform, args: string[]): Promise<readonly Listed[]> {
  const found = JSON.parse(await platform.kubectl(args)) as Listed & { items?: readonly Listed[] }
  // Of several names of which one exists, kubectl answers with that one alone.
  return found.items ?? [found]
}

/** Without what Kubernetes decides, and with the name of a key in the place of its value. */
function normalised(value: unknown, keys: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') {
    return Object.entries(keys)
      .filter(([, key]) => key.length >= 8)
      .reduce((text, [name, key]) => text.replaceAll(key, `<${name}>`), value)
  }
  if (Array.isArray(value)) return value.map(item => normalised(item, keys))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !VOLATILE.has(name))
      // It is made of the values of the keys, so it differs wherever they do.
      .map(([name, item]) => [name, name.includes('checksum') ? '<checksum>' : normalised(item, keys)]),
  )
}

/** Which step was recorded with which end; the runs themselves differ. */
async function ledger(platform: Platform): Promise<readonly string[]> {
  const text = await platform.kubectl([
    ...['get', 'configmap', '-n', 'thinkube-langfuse', 'ledger-langfuse', '-o', 'json'],
  ])
  const { data } = JSON.parse(text) as { data: Record<string, string> }
  return Object.keys(data).sort()
}

async function postgresObjects(platform: Platform): Promise<readonly string[]> {
  const sql = `
    SELECT 'role', rolname, rolcanlogin, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolconnlimit,
      left(rolpassword, 13), shobj_description(oid, 'pg_authid') FROM pg_authid WHERE rolname = 'langfuse';
    SELECT 'member', roleid::regrole, member::regrole FROM pg_auth_members
      WHERE 'langfuse' IN (member::regrole::text, roleid::regrole::text) ORDER BY 2, 3;
    SELECT 'database', datname, datdba::regrole, pg_encoding_to_char(encoding), datacl,
      shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = 'langfuse_db';
    SELECT 'setting', setrole::regrole, setconfig FROM pg_db_role_setting
      WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = 'langfuse_db') ORDER BY 2;`
  const inside = `
    SELECT 'table', schemaname, tablename, tableowner FROM pg_tables
      WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 2, 3;
    SELECT 'migration', count(*), count(*) FILTER (WHERE finished_at IS NULL) FROM _prisma_migrations;`
  return [...(await psql(platform, 'postgres', sql)), ...(await psql(platform, 'langfuse_db', inside))]
}

async function psql(platform: Platform, database: string, sql: string): Promise<string[]> {
  const command = [
    'psql',
    '-qAt',
    '-v',
    'ON_ERROR_STOP=1',
    '-U',
    platform.facts.adminUser,
    '-d',
    database,
    '-f',
    '-',
  ]
  const text = await platform.kubectl(
    ['exec', '-i', '-n', 'postgres', 'postgresql-official-0', '-c', 'postgres', '--', ...command],
    sql,
  )
  return text.split('\n').filter(Boolean)
}

/** Every field that Keycloak itself reports, the secret by name. */
async function keycloakClient(platform: Platform, keys: Readonly<Record<string, string>>): Promise<unknown> {
  const { facts } = platform
  const to = { namespace: 'keycloak', labels: 'app=keycloak', port: 8080 }
  return forwarded(platform, to, async url => {
    const call = await adminApi({ url, facts, username: facts.adminUser })
    if (!call) throw new Error(`Keycloak refuses the login of ${facts.adminUser}`)
    const found = (await call({ path: `/${facts.realm}/clients?clientId=langfuse` })).body as Record<
      string,
      unknown
    >[]
    return found.map(client => {
      const attributes = { ...(client.attributes as Record<string, string>) }
      delete attributes['client.secret.creation.time']
      return sortedKeys({ ...(normalised({ ...client, attributes }, keys) as object), id: '<id>' })
    })
  })
}

/** Keycloak keeps lists as sets. */
function sortedKeys(value: object): unknown {
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, item]) => [
        name,
        Array.isArray(item) && item.every(one => typeof one === 'string') ? [...item].sort() : item,
      ]),
  )
}

const mapValues = (record: Readonly<Record<string, string>>, change: (value: string) => string) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]))
