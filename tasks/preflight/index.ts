import type { PreflightCheck } from '../define.ts'
import { clickhouse } from './clickhouse.ts'
import { cluster } from './cluster.ts'
import { images } from './images.ts'
import { keycloak } from './keycloak.ts'
import { namespaceFree } from './namespace.ts'
import { postgres } from './postgres.ts'
import { publicHost } from './public-host.ts'
import { rights } from './rights.ts'
import { s3 } from './s3.ts'
import { valkey } from './valkey.ts'

/** Can Langfuse live here? In the order of the report; they run at the same time. */
export const preflight: readonly PreflightCheck[] = [
  cluster,
  rights,
  namespaceFree,
  postgres,
  clickhouse,
  valkey,
  s3,
  keycloak,
  images,
  publicHost,
]
