/**
 * Plays the recordings against a stand-in that runs as processes on this machine:
 * CONFORMANCE_WEB, CONFORMANCE_WORKER (base URLs) and the environment of the web itself.
 */
import { createClient } from '@clickhouse/client'
import { Redis } from 'ioredis'
import pg from 'pg'
import { type ConformanceTarget, conformance, summary } from './conformance.ts'

const need = (name: string): string => {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set`)
  return value
}

async function valkeyKeys(): Promise<string[]> {
  const redis = new Redis(need('REDIS_CONNECTION_STRING'))
  const keys = await redis.keys('*')
  redis.disconnect()
  return keys
}

async function postgresTables(): Promise<string[]> {
  const client = new pg.Client({ connectionString: need('DATABASE_URL') })
  await client.connect()
  const { rows } = await client.query<{ tablename: string }>(
    "select tablename from pg_tables where schemaname = 'public'",
  )
  await client.end()
  return rows.map(row => row.tablename)
}

async function clickhouseTables(): Promise<{ name: string; engine: string }[]> {
  const client = createClient({
    url: need('CLICKHOUSE_URL'),
    username: need('CLICKHOUSE_USER'),
    password: need('CLICKHOUSE_PASSWORD'),
  })
  const answer = await client.query({
    query: 'SELECT name, engine FROM system.tables WHERE database = {db: String}',
    query_params: { db: need('CLICKHOUSE_DB') },
    format: 'JSONEachRow',
  })
  const rows = await answer.json<{ name: string; engine: string }>()
  await client.close()
  return rows
}

const target: ConformanceTarget = {
  web: need('CONFORMANCE_WEB'),
  worker: process.env.CONFORMANCE_WORKER,
  publicUrl: need('NEXTAUTH_URL'),
  publicKey: need('LANGFUSE_INIT_PROJECT_PUBLIC_KEY'),
  secretKey: need('LANGFUSE_INIT_PROJECT_SECRET_KEY'),
  adminApiKey: process.env.ADMIN_API_KEY,
  organization: { id: need('LANGFUSE_INIT_ORG_ID'), name: need('LANGFUSE_INIT_ORG_NAME') },
  project: { id: need('LANGFUSE_INIT_PROJECT_ID'), name: need('LANGFUSE_INIT_PROJECT_NAME') },
  user: {
    email: need('LANGFUSE_INIT_USER_EMAIL'),
    password: need('LANGFUSE_INIT_USER_PASSWORD'),
    name: need('LANGFUSE_INIT_USER_NAME'),
  },
  keycloak: Boolean(process.env.AUTH_KEYCLOAK_ISSUER),
  storeFetch: process.env.LANGFUSE_S3_MEDIA_UPLOAD_ENDPOINT ? fetch : undefined,
  valkeyKeys: process.env.REDIS_CONNECTION_STRING ? valkeyKeys : undefined,
  clickhouseTables: process.env.CLICKHOUSE_URL ? clickhouseTables : undefined,
  postgresTables: process.env.DATABASE_URL ? postgresTables : undefined,
}
const outcomes = await conformance(target)
console.log(summary(outcomes))
process.exitCode = outcomes.some(outcome => outcome.result === 'different') ? 1 : 0
