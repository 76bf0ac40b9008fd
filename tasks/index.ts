import { clickhouseDatabase } from './analytics/database.ts'
import { clickhouseGrant } from './analytics/grant.ts'
import { clickhouseUser } from './analytics/user.ts'
import { valkeyIndex } from './cache/valkey-index.ts'
import { database } from './database/database.ts'
import { role } from './database/role.ts'
import type { AnyTask, Phase } from './define.ts'
import { keycloakClient } from './identity/keycloak-client.ts'
import { keys } from './identity/keys.ts'
import { namespace } from './identity/namespace.ts'
import { oauthSecret } from './identity/oauth-secret.ts'
import { route } from './publish/route.ts'
import { eventsBucket } from './storage/events-bucket.ts'
import { mediaBucket } from './storage/media-bucket.ts'
import { ca } from './workload/ca.ts'
import { configSecret } from './workload/config-secret.ts'
import { service } from './workload/service.ts'
import { web } from './workload/web.ts'
import { worker } from './workload/worker.ts'

/** The table of contents: what an installation of Langfuse consists of, in the order it is made. */
export const phases: readonly Phase[] = [
  { id: 'keys', title: 'Keys', tasks: [keys] },
  { id: 'database', title: 'PostgreSQL', tasks: [role, database] },
  { id: 'analytics', title: 'ClickHouse', tasks: [clickhouseDatabase, clickhouseUser, clickhouseGrant] },
  { id: 'storage', title: 'Object storage', tasks: [eventsBucket, mediaBucket] },
  { id: 'cache', title: 'Valkey', tasks: [valkeyIndex] },
  { id: 'identity', title: 'Keycloak', tasks: [namespace, keycloakClient, oauthSecret] },
  { id: 'workload', title: 'Workload', tasks: [configSecret, ca, web, service, worker] },
  { id: 'publish', title: 'Publishing', tasks: [route] },
]

/**
 * The order of taking back, which is not the reverse: nothing new comes in (route, web), what was accepted is stored
 * (worker, which drains), then our keys in Valkey, the client and the namespace go. The rest is kept.
 */
export const rollbackOrder: readonly AnyTask[] = [
  route,
  web,
  worker,
  service,
  valkeyIndex,
  keycloakClient,
  configSecret,
  ca,
  oauthSecret,
  namespace,
  mediaBucket,
  eventsBucket,
  clickhouseGrant,
  clickhouseUser,
  clickhouseDatabase,
  database,
  role,
  keys,
]
