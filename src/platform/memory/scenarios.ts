import { adopt } from './adopted.ts'
import { thinkubeWorld, type WorldOptions } from './fixture.ts'
import { all, find, insert, put, updated } from './kubernetes/store.ts'
import { runtimeOf } from './runtime.ts'
import type { World } from './world.ts'

/** What can be rehearsed: a healthy platform and the ways in which a real one differs from it. */
export interface Scenario {
  readonly name: string
  /** One line for `--help` and the handbook. */
  readonly summary: string
  readonly options?: WorldOptions
  /** Done to the platform before anything else. */
  readonly before?: (world: World) => void
  /** Langfuse is installed already, by us; `after` is what happened to it since. */
  readonly installed?: boolean
  readonly after?: (world: World) => void
}

export const SCENARIOS: readonly Scenario[] = [
  { name: 'fresh', summary: 'a healthy platform without Langfuse' },
  {
    name: 'refused',
    summary: 'a stale PostgreSQL password, ClickHouse scaled to zero, no worker image',
    before(world) {
      world.postgres.roles.tkadmin!.password = 'changed with SQL meanwhile'
      scale(world, { kind: 'StatefulSet', namespace: 'clickhouse', name: 'chi-clickhouse-clickhouse-0-0' }, 0)
      delete world.registry.images['library/langfuse-worker']
    },
  },
  {
    name: 'pull-failure',
    summary: 'the registry has the worker image, the node cannot get it',
    before: world => void world.conduct.unpullable.push('/langfuse-worker:'),
  },
  {
    name: 'crash-loop',
    summary: 'the web ends soon after each start',
    before: world =>
      void world.conduct.crashing.push({
        image: '/langfuse:',
        line: 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
        exitCode: 134,
      }),
  },
  {
    name: 'no-room',
    summary: 'no node has room for new pods',
    before(world) {
      world.conduct.schedulable = false
    },
  },
  {
    name: 'slow',
    summary: 'a node that takes its time',
    before(world) {
      world.conduct.slowness = 4
    },
  },
  {
    name: 'forbidden',
    summary: 'a login that may neither create namespaces nor write Secrets',
    before: world =>
      void world.kubernetes.denials.push(
        { verb: 'create', group: '', resource: 'namespaces' },
        { verb: 'patch', group: '', resource: 'namespaces' },
        { verb: 'create', group: '', resource: 'secrets', namespace: 'langfuse' },
        { verb: 'patch', group: '', resource: 'secrets', namespace: 'langfuse' },
      ),
  },
  {
    name: 'new-clickhouse',
    summary: 'ClickHouse 26.9, which reads times differently',
    options: { clickhouse: { version: '26.9.1.1' } },
  },
  { name: 'installed', summary: 'Langfuse is installed and healthy', installed: true },
  {
    name: 'drifted',
    summary: 'somebody changed the installation by hand',
    installed: true,
    after(world) {
      scale(world, { kind: 'Deployment', namespace: 'langfuse', name: 'langfuse-worker' }, 0)
      world.postgres.databases.langfuse_db!.timeZone = 'Europe/Madrid'
      const client = world.keycloak.realms.thinkube!.clients.langfuse!
      client.representation = {
        ...client.representation,
        redirectUris: [`https://langfuse.${world.facts.domain}/*`],
      }
    },
  },
  { name: 'adopted', summary: 'Langfuse was installed by the platform’s playbooks', before: adopt },
  {
    name: 'locked',
    summary: 'another operator is at work',
    before(world) {
      insert(world, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'thinkube-langfuse' } }, [])
      const time = new Date(world.now + 86_400_000).toISOString().replace('Z', '000Z')
      insert(
        world,
        {
          apiVersion: 'coordination.k8s.io/v1',
          kind: 'Lease',
          metadata: { name: 'langfuse', namespace: 'thinkube-langfuse' },
          spec: {
            holderIdentity: `maria@workstation-2:4711:${world.now}`,
            leaseDurationSeconds: 30,
            acquireTime: time,
            renewTime: time,
          },
        },
        [],
      )
    },
  },
]

export const scenarioNamed = (name: string): Scenario | undefined => SCENARIOS.find(one => one.name === name)

/** The world of a scenario. `install` installs Langfuse into it where the scenario begins with an installation. */
export async function worldOf(
  { options, before, installed, after }: Scenario,
  { now, install }: { now?: number; install(world: World): Promise<void> },
): Promise<World> {
  const world = thinkubeWorld({ ...options, ...(now !== undefined && { now }) })
  before?.(world)
  if (installed) await install(world)
  after?.(world)
  // Whatever was done above takes effect before anybody looks.
  const passing = structuredClone(world)
  runtimeOf(passing).touch()
  return structuredClone(passing)
}

function scale(
  world: World,
  ref: { kind: 'Deployment' | 'StatefulSet'; namespace: string; name: string },
  replicas: number,
): void {
  const stored = find(world, { apiVersion: 'apps/v1', ...ref })!
  const object = { ...stored.object, spec: { ...(stored.object.spec as object), replicas } }
  const owners = [...stored.owners, { manager: 'kubectl-scale', operation: 'Update' as const, paths: [] }]
  put(world, updated(world, stored, { object, owners }).result)
  const pods = all(world, 'v1', 'Pod', ref.namespace).filter(({ object: pod }) =>
    pod.metadata.name.startsWith(ref.name),
  )
  // Nobody wants to wait for the pods of the past.
  for (const pod of pods)
    pod.object = {
      ...pod.object,
      metadata: { ...pod.object.metadata, deletionGracePeriodSeconds: 0 } as typeof pod.object.metadata,
    }
}
