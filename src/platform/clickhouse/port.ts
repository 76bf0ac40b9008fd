import type { Secret } from '../../config/secret.ts'

/** The platform's ClickHouse with its admin login. */

export interface ClickhouseServer {
  readonly version: string
  readonly user: string
  readonly timeZone: string
  /** Whether this login may CREATE USER and GRANT and the server stores it. */
  readonly accessManagement: boolean
}

export interface ClickhousePort {
  server(signal: AbortSignal): Promise<ClickhouseServer>
  /** The native protocol's Hello on the native port, with the admin login. The server's version, or a Problem. */
  hello(signal: AbortSignal): Promise<string>
  database(
    name: string,
    signal: AbortSignal,
  ): Promise<{ readonly tables: readonly string[]; readonly comment: string } | undefined>
  createDatabase(
    database: { readonly name: string; readonly comment: string },
    signal: AbortSignal,
  ): Promise<void>
  dropDatabase(name: string, signal: AbortSignal): Promise<void>
  /** SHOW GRANTS lines of a user; undefined when there is no such user. */
  grants(user: string, signal: AbortSignal): Promise<readonly string[] | undefined>
  /** CREATE USER or ALTER USER … IDENTIFIED WITH sha256_hash: no password on the wire or in a query log. */
  putUser(
    user: { readonly name: string; readonly password: Secret; readonly database: string },
    signal: AbortSignal,
  ): Promise<void>
  /** One GRANT of everything Langfuse needs on `database`.*. */
  grant(
    grant: { readonly user: string; readonly database: string; readonly privileges: readonly string[] },
    signal: AbortSignal,
  ): Promise<void>
  dropUser(name: string, signal: AbortSignal): Promise<void>
  login(
    as: { readonly user: string; readonly password: Secret; readonly database: string },
    signal: AbortSignal,
  ): Promise<'ok' | 'refused' | 'no-database'>
  /** Rows of a read-only query as objects; `parameters` bind `{name:Type}`. */
  query(
    query: { readonly sql: string; readonly parameters?: Readonly<Record<string, unknown>> },
    signal: AbortSignal,
  ): Promise<readonly Readonly<Record<string, unknown>>[]>
}
