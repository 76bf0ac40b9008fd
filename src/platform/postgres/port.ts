import type { Secret } from '../../config/secret.ts'

/** The platform's PostgreSQL with its admin login. Each call opens and closes its own connection. */

export interface PostgresServer {
  /** `18.6` */
  readonly version: string
  readonly user: string
  readonly superuser: boolean
  readonly createRole: boolean
  readonly createDatabase: boolean
  readonly readOnly: boolean
  readonly tls: boolean
  readonly timeZone: string
  readonly connections: { readonly used: number; readonly max: number }
}

export interface PostgresDatabase {
  readonly owner: string
  /** `TimeZone` setting of the database; undefined when none is set. */
  readonly timeZone: string | undefined
  /** COMMENT ON DATABASE. */
  readonly comment: string | undefined
}

export type LoginResult = 'ok' | 'refused' | 'no-database'

export interface PostgresPort {
  server(signal: AbortSignal): Promise<PostgresServer>
  role(
    name: string,
    signal: AbortSignal,
  ): Promise<
    | { readonly canLogin: boolean; readonly superuser: boolean; readonly comment: string | undefined }
    | undefined
  >
  /** Tries to log in as somebody else. */
  login(
    as: { readonly user: string; readonly password: Secret; readonly database: string },
    signal: AbortSignal,
  ): Promise<LoginResult>
  /** CREATE ROLE or ALTER ROLE … LOGIN with a SCRAM-SHA-256 verifier computed here, so that no statement log shows a password; COMMENT ON ROLE. */
  putRole(
    role: { readonly name: string; readonly password: Secret; readonly comment: string },
    signal: AbortSignal,
  ): Promise<void>
  database(name: string, signal: AbortSignal): Promise<PostgresDatabase | undefined>
  /** Number of tables in schema public of a database, and whether any of the named tables has rows. */
  content(
    database: string,
    tables: readonly string[],
    signal: AbortSignal,
  ): Promise<{ readonly tables: number; readonly rows: Readonly<Record<string, number>> }>
  /** CREATE DATABASE when missing; owner, `TimeZone` = UTC and comment always. */
  putDatabase(
    database: { readonly name: string; readonly owner: string; readonly comment: string },
    signal: AbortSignal,
  ): Promise<void>
  /** Ends its connections first. */
  dropDatabase(name: string, signal: AbortSignal): Promise<void>
  dropRole(name: string, signal: AbortSignal): Promise<void>
}
