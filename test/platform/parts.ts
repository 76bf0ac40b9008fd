import { part as dns } from './dns/index.ts'
import { part as gateway } from './gateway/index.ts'
import { part as node } from './node/index.ts'
import { part as objects } from './objects/index.ts'
import type { Part } from './part.ts'
import { part as registry } from './registry/index.ts'
import { part as standin } from './standin/index.ts'
import { part as clickhouse } from './stores/clickhouse/index.ts'
import { part as keycloak } from './stores/keycloak/index.ts'
import { part as postgres } from './stores/postgres/index.ts'
import { part as seaweedfs } from './stores/seaweedfs/index.ts'
import { part as valkey } from './stores/valkey/index.ts'

/** The platform, in the order of its making: priority classes before pods that name one, the registry before what it holds. */
export const parts: readonly Part[] = [
  ...[node, dns, objects, gateway, registry],
  ...[postgres, keycloak, clickhouse, valkey, seaweedfs],
  standin,
]
