import { find } from '../../src/platform/memory/kubernetes/store.ts'
import type { World } from '../../src/platform/memory/world.ts'

type Damage = (world: World) => void

/** For each check a damage that it must notice. Those of the verification are done to an installed world. */
export const FAILING: Readonly<Record<string, Damage>> = {
  'preflight/cluster': world => {
    world.kubernetes.version = 'v1.27.3'
  },
  'preflight/rights': world => {
    world.kubernetes.denials.push({ verb: 'create', group: '', resource: 'secrets', namespace: 'langfuse' })
  },
  'preflight/namespace': world => {
    const namespace = find(world, { apiVersion: 'v1', kind: 'Namespace', name: 'valkey' })!
    const metadata = { ...namespace.object.metadata, name: 'langfuse' }
    world.kubernetes.objects['v1|Namespace']!['|langfuse'] = {
      object: { ...namespace.object, metadata },
      owners: [],
    }
  },
  'preflight/postgres': world => {
    world.postgres.roles.tkadmin!.password = 'changed with SQL'
  },
  'preflight/clickhouse': world => {
    world.clickhouse.version = '23.8.1.1'
  },
  'preflight/valkey': world => {
    world.valkey.version = '6.2.0'
  },
  'preflight/s3': world => {
    world.s3.secretKey = 'another'
  },
  'preflight/keycloak': world => {
    delete world.keycloak.realms.thinkube
  },
  'preflight/images': world => {
    delete world.registry.images['library/langfuse-worker']
  },
  'preflight/public-host': without('gateway.networking.k8s.io/v1|Gateway', 'gateway-system|thinkube-gateway'),
  'verify/web': without('gateway.networking.k8s.io/v1|HTTPRoute', 'langfuse|langfuse-route'),
  'verify/worker': world => {
    world.postgres.roles.langfuse!.password = 'another'
  },
  'verify/api-keys': world => {
    world.postgres.databases.langfuse_db!.content.apiKeys = []
  },
  'verify/login-redirect': world => {
    const config = find(world, {
      apiVersion: 'v1',
      kind: 'Secret',
      namespace: 'langfuse',
      name: 'langfuse-config',
    })!
    const { AUTH_KEYCLOAK_CHECKS: _checks, ...data } = config.object.data as Record<string, string>
    config.object = { ...config.object, data }
  },
  'verify/otel-trace': world => {
    delete world.s3.buckets['langfuse-events']
  },
  'verify/legacy-trace': world => {
    world.clickhouse.users.langfuse!.password = 'another'
  },
}

function without(kind: string, name: string): Damage {
  return world => {
    delete world.kubernetes.objects[kind]![name]
  }
}
