import type { Duplex } from 'node:stream'
import pg from 'pg'
import type { Login, ServiceTarget } from '../../config/settings.ts'
import { abortError } from '../connection/abort.ts'
import type { Connections } from '../connection/connections.ts'
import { type PostgresWhere, postgresError } from './errors.ts'

/** One connection: logged in, used, closed. */
export interface Session {
  /**
   * Whether the server wanted to see the password. A port-forward arrives at the pod's own loopback, which a stock
   * PostgreSQL image trusts: there any password gets in, and the login proves nothing.
   */
  readonly passwordAsked: boolean
  rows<T>(sql: string, values?: readonly unknown[]): Promise<T[]>
  /** Statements that cannot take parameters; quote with `identifier` and `literal`. */
  run(sql: string): Promise<void>
}

export interface SessionOptions {
  readonly connections: Connections
  readonly target: ServiceTarget
  readonly login: Login
  readonly database: string
  readonly signal: AbortSignal
}

/** Events of the driver's connection, one per way of asking. */
const PASSWORD_REQUESTS = [
  'authenticationSASL',
  'authenticationMD5Password',
  'authenticationCleartextPassword',
]

/** Errors of the work come out as Problems, whichever side they come from. */
export async function session<T>(
  options: SessionOptions,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  return rawSession(options, work).catch((error: unknown) => {
    throw options.signal.aborted ? abortError(options.signal) : postgresError(error, whereOf(options))
  })
}

/** The same with the driver's own errors, for a caller that reads SQLSTATEs. */
export async function rawSession<T>(
  { connections, target, login, database, signal }: SessionOptions,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  if (signal.aborted) throw abortError(signal)
  let stream: Duplex | undefined
  let broken: unknown
  const client = new pg.Client({
    host: `${target.service}.${target.namespace}.svc`,
    port: target.port,
    user: login.user,
    password: login.password.reveal(),
    database,
    application_name: 'thinkube-langfuse',
    ssl: false,
    stream: () => {
      stream = connections.connect(target, signal)
      // The driver replaces an error that comes between two queries by a sentence of its own; ours says why.
      stream.once('error', error => {
        broken ??= error
      })
      return stream
    },
  })
  client.on('error', () => undefined)
  let passwordAsked = false
  const { connection } = client as unknown as { readonly connection: NodeJS.EventEmitter }
  for (const request of PASSWORD_REQUESTS) {
    connection.once(request, () => {
      passwordAsked = true
    })
  }
  try {
    await client.connect()
    return await work({
      passwordAsked,
      rows: async <R>(sql: string, values: readonly unknown[] = []) =>
        (await client.query(sql, [...values])).rows as R[],
      run: async sql => {
        await client.query(sql)
      },
    })
  } catch (error) {
    throw broken ?? error
  } finally {
    // The goodbye is flushed, then the connection is gone at once; the driver would wait for the server to hang up.
    stream?.once('finish', () => stream?.destroy())
    await client.end().catch(() => undefined)
    stream?.destroy()
  }
}

export function whereOf({ target, login, database }: SessionOptions): PostgresWhere {
  const { namespace, service, port } = target
  return { name: `${namespace}/${service}:${port}`, namespace, user: login.user, database }
}

export const identifier = (name: string): string => pg.escapeIdentifier(name)
export const literal = (text: string): string => pg.escapeLiteral(text)
