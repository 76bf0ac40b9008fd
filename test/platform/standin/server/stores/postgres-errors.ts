import { messageOf } from '../log.ts'
import type { DatabaseTarget } from './database-url.ts'

export const sqlState = (error: unknown): string | undefined => {
  const code =
    error && typeof error === 'object' && 'code' in error ? (error as { code?: unknown }).code : undefined
  return typeof code === 'string' ? code : undefined
}

const unreachable = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'ECONNRESET',
])

/** What happened to a connection, in Prisma's numbering; undefined when the statement itself failed. */
export function connectionFailure(
  error: unknown,
  target: DatabaseTarget,
): { code: string; message: string } | undefined {
  const state = sqlState(error)
  const at = `\`${target.host}:${target.port}\``
  if ((state && unreachable.has(state)) || /timeout|Connection terminated/i.test(messageOf(error))) {
    return {
      code: 'P1001',
      message: `Can't reach database server at ${at}\n\nPlease make sure your database server is running at ${at}.`,
    }
  }
  if (state === '28P01' || state === '28000') {
    return {
      code: 'P1000',
      message: `Authentication failed against database server, the provided database credentials for \`${target.user}\` are not valid.\n\nPlease make sure to provide valid database credentials for the database server at the configured address.`,
    }
  }
  if (state === '3D000') {
    return {
      code: 'P1003',
      message: `Database \`${target.database}\` does not exist on the database server at ${at}.`,
    }
  }
  if (state === '42501' && /database/.test(messageOf(error))) {
    return {
      code: 'P1010',
      message: `User \`${target.user}\` was denied access on the database \`${target.database}\``,
    }
  }
  return undefined
}

/** A failed query of the running server, with a `code` (P…) the way its client reports it. */
export function runtimeError(error: unknown, target: DatabaseTarget | undefined, what: string): Error {
  const wrap = (code: string, text: string): Error => {
    const wrapped = new Error(`\nInvalid \`${what}\` invocation:\n\n\n${text}`)
    wrapped.name = 'PrismaClientKnownRequestError'
    return Object.assign(wrapped, { code })
  }
  const failure = target ? connectionFailure(error, target) : undefined
  if (failure) return wrap(failure.code, failure.message)
  const state = sqlState(error)
  const fields = error && typeof error === 'object' ? (error as { detail?: string; table?: string }) : {}
  if (state === '23505') {
    const columns = /\((.*?)\)=/.exec(fields.detail ?? '')?.[1] ?? 'id'
    const quoted = columns.split(', ').map(column => `\`${column.replaceAll('"', '')}\``)
    return wrap('P2002', `Unique constraint failed on the fields: (${quoted.join(',')})`)
  }
  if (state === '42P01') {
    const table = /relation "(.*?)"/.exec(messageOf(error))?.[1] ?? '?'
    return wrap('P2021', `The table \`public.${table}\` does not exist in the current database.`)
  }
  return wrap('P2010', `Raw query failed. Code: \`${state ?? 'N/A'}\`. Message: \`${messageOf(error)}\``)
}
