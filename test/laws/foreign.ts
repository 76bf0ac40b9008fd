import type { KubeObject } from '../../src/platform/kubernetes/port.ts'
import { insert } from '../../src/platform/memory/kubernetes/store.ts'
import type { World } from '../../src/platform/memory/world.ts'

/** For each task the world in which somebody else has what it is about; `undefined` where nobody can. */
export const FOREIGN: Readonly<Record<string, ((world: World) => void) | undefined>> = {
  'database/role': world => {
    world.postgres.roles.langfuse = { password: 'x', superuser: true, createRole: true, createDatabase: true }
  },
  'database/database': world => {
    world.postgres.databases.langfuse_db = { ...world.postgres.databases.mydatabase!, owner: 'tkadmin' }
  },
  'analytics/database': world => {
    world.clickhouse.databases.langfuse = { comment: '', tables: ['orders'], traces: {} }
  },
  'storage/events-bucket': world => {
    world.s3.buckets['langfuse-events'] = { foreign: true, tags: {}, objects: {} }
  },
  'storage/media-bucket': world => {
    world.s3.buckets['langfuse-media'] = { foreign: true, tags: {}, objects: {} }
  },
  'identity/keycloak-client': world => {
    world.keycloak.realms.thinkube!.clients.langfuse = {
      secret: 'x',
      representation: { clientId: 'langfuse', redirectUris: ['https://else.tk.test/*'] },
    }
  },
  'identity/namespace': theirs({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'langfuse' } }),
  'identity/oauth-secret': theirs(named('v1', 'Secret', 'langfuse-oauth-secret')),
  'workload/config-secret': theirs(named('v1', 'Secret', 'langfuse-config')),
  'workload/ca': theirs(named('v1', 'ConfigMap', 'langfuse-ca')),
  'workload/web': theirs(deployment('langfuse')),
  'workload/worker': theirs(deployment('langfuse-worker')),
  'workload/service': theirs({ ...named('v1', 'Service', 'langfuse'), spec: { ports: [{ port: 1 }] } }),
  'publish/route': theirs({
    ...named('gateway.networking.k8s.io/v1', 'HTTPRoute', 'langfuse-route'),
    spec: { hostnames: ['else.tk.test'] },
  }),
  // In a Secret of our own namespace, under our own name.
  'identity/keys': undefined,
  'cache/valkey-index': undefined,
  // A user of this name on this database can only be the one that is wanted; its password is set anew.
  'analytics/user': undefined,
  'analytics/grant': undefined,
}

function theirs(object: KubeObject): (world: World) => void {
  return world => {
    insert(world, object, []).owners = [{ manager: 'somebody', operation: 'Update', paths: [] }]
  }
}

function named(apiVersion: string, kind: string, name: string): KubeObject {
  return { apiVersion, kind, metadata: { name, namespace: 'langfuse' } }
}

function deployment(name: string): KubeObject {
  const labels = { app: `their-${name}` }
  return {
    ...named('apps/v1', 'Deployment', name),
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'x', image: 'example.org/x:1' }] } },
    },
  }
}
