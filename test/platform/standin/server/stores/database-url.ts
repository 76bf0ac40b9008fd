import type pg from 'pg'

export type DatabaseTarget = {
  config: pg.PoolConfig
  host: string
  port: number
  user: string
  database: string
  schema: string
  connectionLimit?: number
}

/** A connection string that cannot be read: what Prisma calls P1013. */
export class DatabaseUrlError extends Error {
  override name = 'PrismaClientInitializationError'
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // a stray % is taken as it stands, as the server does
  }
}

export function databaseTarget(url: string): DatabaseTarget {
  let parsed: URL
  try {
    parsed = new URL(url)
  } catch {
    throw new DatabaseUrlError(
      'The provided database string is invalid. invalid port number in database URL. Please refer to the documentation in https://www.prisma.io/docs/reference/database-reference/connection-urls for constructing a correct connection string. In some cases, certain characters must be escaped. Please check the string for any illegal characters.',
    )
  }
  if (!/^postgres(ql)?:$/.test(parsed.protocol)) {
    throw new DatabaseUrlError(
      'Error validating datasource `db`: the URL must start with the protocol `postgresql://` or `postgres://`.',
    )
  }
  const port = Number(parsed.port || 5432)
  const user = decode(parsed.username)
  const database = decode(parsed.pathname.slice(1)) || 'postgres'
  const limit = Number(parsed.searchParams.get('connection_limit'))
  const sslmode = parsed.searchParams.get('sslmode')
  return {
    host: parsed.hostname,
    port,
    user,
    database,
    schema: parsed.searchParams.get('schema') ?? 'public',
    connectionLimit: limit > 0 ? limit : undefined,
    config: {
      host: parsed.hostname,
      port,
      user,
      database,
      password: decode(parsed.password),
      connectionTimeoutMillis: Number(parsed.searchParams.get('connect_timeout') ?? 5) * 1000,
      ssl:
        sslmode === 'require' || sslmode === 'verify-full'
          ? { rejectUnauthorized: sslmode === 'verify-full' }
          : undefined,
    },
  }
}
