import type { Settings } from '../config/settings.ts'
import type { Clock } from '../engine/context.ts'
import type { ClickhousePort } from './clickhouse/port.ts'
import type { Escrow } from './escrow/port.ts'
import type { KeycloakPort } from './keycloak/port.ts'
import type { KubernetesPort } from './kubernetes/port.ts'
import type { LangfusePort } from './langfuse/port.ts'
import type { PostgresPort } from './postgres/port.ts'
import type { PublicPort } from './public/port.ts'
import type { RegistryPort } from './registry/port.ts'
import type { S3Port } from './s3/port.ts'
import type { ValkeyPort } from './valkey/port.ts'

/** What tasks and checks work with: the settings of this run and one port per system. */
export interface Services {
  readonly settings: Settings
  readonly clock: Clock
  /** Cryptographically random bytes; the only source of generated secrets. */
  readonly random: (bytes: number) => Uint8Array
  readonly kubernetes: KubernetesPort
  readonly postgres: PostgresPort
  readonly clickhouse: ClickhousePort
  readonly valkey: ValkeyPort
  readonly s3: S3Port
  readonly keycloak: KeycloakPort
  readonly registry: RegistryPort
  readonly public: PublicPort
  readonly langfuse: LangfusePort
  readonly escrow: Escrow
}
