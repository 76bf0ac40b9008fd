import pg from 'pg'
import { env } from '../env.ts'
import { log } from '../log.ts'
import { type DatabaseTarget, DatabaseUrlError, databaseTarget } from './database-url.ts'
import { runtimeError } from './postgres-errors.ts'

let pool: pg.Pool | undefined
let target: DatabaseTarget | undefined

function connect(): pg.Pool {
  if (pool) return pool
  target = databaseTarget(env.DATABASE_URL ?? '')
  pool = new pg.Pool({ ...target.config, max: target.connectionLimit ?? 5, idleTimeoutMillis: 30_000 })
  // An idle connection that breaks must not end the process: the next query reports it.
  pool.on('error', error => log.error('prisma:error', error))
  return pool
}

export type Row = Record<string, unknown>

/** Runs one statement; failures carry the words of the database client of the real server. */
export async function sql<T extends Row = Row>(
  text: string,
  values: unknown[] = [],
  what = 'prisma.$queryRaw()',
): Promise<T[]> {
  try {
    return (await connect().query<T>(text, values)).rows
  } catch (error) {
    if (error instanceof DatabaseUrlError) throw error
    throw runtimeError(error, target, what)
  }
}

export const first = async <T extends Row = Row>(
  text: string,
  values: unknown[] = [],
  what?: string,
): Promise<T | undefined> => (await sql<T>(text, values, what))[0]
