import type { Secret } from '../../config/secret.ts'

/** Names of what is kept for ever, outside the namespace of the installation. */
export type EscrowKey =
  | 'NEXTAUTH_SECRET'
  | 'SALT'
  | 'ENCRYPTION_KEY'
  | 'ADMIN_API_KEY'
  | 'PROJECT_PUBLIC_KEY'
  | 'PROJECT_SECRET_KEY'
  | 'INIT_USER_PASSWORD'
  | 'POSTGRES_PASSWORD'
  | 'CLICKHOUSE_PASSWORD'
  | 'KEYCLOAK_CLIENT_SECRET'
  | 'VALKEY_INDEX'

/** Secret `escrow-<namespace>` in our own namespace. A credential is here before it is set in any store. */
export interface Escrow {
  read(signal: AbortSignal): Promise<ReadonlyMap<EscrowKey, Secret>>
  /** Adds what is missing; an existing value is never overwritten (kind `conflict`). */
  add(values: ReadonlyMap<EscrowKey, Secret>, signal: AbortSignal): Promise<void>
}
