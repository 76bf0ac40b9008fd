import type { Settings } from '../../config/settings.ts'
import type { AdminLogin } from './admin-login.ts'
import { type Finder, needed } from './finder.ts'
import { https, type Sources } from './sources.ts'

export interface StoreFacts {
  readonly find: Finder
  readonly sources: Sources
  readonly admin: AdminLogin
  readonly domain: string
}

type Stores = Pick<Settings, 'postgres' | 'clickhouse' | 'valkey' | 's3'>

/** Where the stores are and how to log in to each. */
export async function storeSettings(facts: StoreFacts): Promise<Stores> {
  const { find, sources } = facts
  return {
    postgres: await postgres(facts),
    clickhouse: await clickhouse(facts),
    // No Secret means a Valkey of the older generation, without a password.
    valkey: {
      target: { namespace: 'valkey', service: 'valkey', port: 6379 },
      password: await find.secret('valkey.password', [sources.secret('valkey', 'valkey-auth', 'password')]),
    },
    s3: await s3(facts),
  }
}

async function postgres({ find, admin }: StoreFacts): Promise<Stores['postgres']> {
  return {
    target: { namespace: 'postgres', service: 'postgresql-official', port: 5432 },
    admin: {
      user: await find.textOr('postgres.user', [], admin.user),
      password: await admin.password('postgres.password'),
    },
    database: await find.textOr('postgres.database', [], 'langfuse_db'),
    role: await find.textOr('postgres.role', [], 'langfuse'),
  }
}

async function clickhouse({ find, sources, admin }: StoreFacts): Promise<Stores['clickhouse']> {
  const own = (key: string) => sources.secret('clickhouse', 'clickhouse-credentials', key)
  return {
    target: { namespace: 'clickhouse', service: 'clickhouse-clickhouse', port: 8123 },
    nativePort: 9000,
    admin: {
      user: await find.textOr('clickhouse.user', [own('user')], 'default'),
      password: await admin.password('clickhouse.password', [own('password')]),
    },
    database: await find.textOr('clickhouse.database', [], 'langfuse'),
    user: await find.textOr('clickhouse.role', [], 'langfuse'),
  }
}

async function s3({ find, sources, domain }: StoreFacts): Promise<Stores['s3']> {
  const own = (key: string) => sources.secret('seaweedfs', 'seaweedfs-s3-config', key)
  return {
    target: { namespace: 'seaweedfs', service: 'seaweedfs-s3', port: 8333 },
    publicUrl: await find.textOr(
      's3.url',
      [sources.routeHost('seaweedfs', 'seaweedfs-s3-httproute', https)],
      `https://s3.${domain}`,
    ),
    region: 'us-east-1',
    accessKey: needed(await find.text('s3.accessKey', [own('access_key')]), 's3.accessKey', [
      ['Set it in the environment: ', { command: 'THINKUBE_LANGFUSE_S3_ACCESS_KEY' }],
    ]),
    secretKey: needed(await find.secret('s3.secretKey', [own('secret_key')]), 's3.secretKey', [
      ['Give it in a file: ', { command: '--s3-secret-key-file FILE' }],
    ]),
    buckets: {
      events: await find.textOr('s3.buckets.events', [], 'langfuse-events'),
      media: await find.textOr('s3.buckets.media', [], 'langfuse-media'),
    },
  }
}
