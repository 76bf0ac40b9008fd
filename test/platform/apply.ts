import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { until } from './artefacts/until.ts'
import type { KubernetesObject } from './part.ts'
import type { Platform } from './platform.ts'

const own = ['apply', '--server-side', '--force-conflicts', '--field-manager=platform']

/** Creates or corrects objects, in their order. */
export async function apply(platform: Platform, objects: KubernetesObject[]): Promise<void> {
  if (objects.length === 0) return
  const list = { apiVersion: 'v1', kind: 'List', items: objects }
  await platform.kubectl([...own, '-f', '-'], JSON.stringify(list))
}

/** Resource definitions, by file or folder; returns when the API server serves them. `done` remembers that it does. */
export async function applyDefinitions(platform: Platform, paths: string[], done: string): Promise<void> {
  if (existsSync(done) && (await readFile(done, 'utf8')) === paths.join()) return
  const files = paths.flatMap(path => ['-f', path])
  await platform.kubectl([...own, ...files])
  await platform.kubectl(['wait', '--for=condition=Established', '--timeout=30s', 'crd', '--all'])
  await writeFile(done, paths.join())
}

type Workload = { kind: string; metadata: { name: string; namespace?: string } }
type Observed = Workload & {
  metadata: { generation: number }
  spec: { replicas?: number }
  status: { observedGeneration?: number; readyReplicas?: number; updatedReplicas?: number; replicas?: number }
}

/** Those of the workloads among these objects that do not run as they are described, yet. */
export async function unready(platform: Platform, objects: KubernetesObject[]): Promise<Workload[]> {
  const wanted = objects.filter(object => ['Deployment', 'StatefulSet'].includes(object.kind))
  const found = JSON.parse(
    await platform.kubectl(['get', 'deployments,statefulsets', '-A', '-o', 'json']),
  ) as {
    items: Observed[]
  }
  const ready = new Set(found.items.filter(isReady).map(keyOf))
  return wanted.filter(object => !ready.has(keyOf(object)))
}

function isReady({ metadata, spec, status }: Observed): boolean {
  const replicas = spec.replicas ?? 1
  const counts = [status.readyReplicas, status.updatedReplicas, status.replicas]
  return status.observedGeneration === metadata.generation && counts.every(count => (count ?? 0) === replicas)
}

type Pod = {
  metadata: { namespace: string; deletionTimestamp?: string }
  status: { phase: string; containerStatuses?: { state: { running?: { startedAt: string } } }[] }
}

/**
 * Waits until the kubelet has started every container in these namespaces anew. After a node came back with its state
 * kept, the API server goes on calling the pods of before ready for a while.
 */
export async function awaitRestart(
  platform: Platform,
  namespaces: ReadonlySet<string>,
  since: Date,
): Promise<void> {
  // The API's times have whole seconds.
  const earliest = Math.floor(since.getTime() / 1000) * 1000
  await until(
    'every container has started since the node did',
    async () => {
      const pods = JSON.parse(await platform.kubectl(['get', 'pods', '-A', '-o', 'json'])) as { items: Pod[] }
      const own = pods.items.filter(
        pod => namespaces.has(pod.metadata.namespace) && !pod.metadata.deletionTimestamp,
      )
      return own.every(({ status }) =>
        (status.containerStatuses ?? []).every(
          ({ state }) => state.running && Date.parse(state.running.startedAt) >= earliest,
        ),
      )
    },
    { seconds: 120, every: 500 },
  )
}

const keyOf = ({ kind, metadata }: Workload) => `${kind}/${metadata.namespace}/${metadata.name}`

/** Waits until every one of these workloads runs as it is described. */
export async function awaitWorkloads(platform: Platform, workloads: Workload[]): Promise<void> {
  for (const { kind, metadata } of workloads) {
    const name = `${kind.toLowerCase()}/${metadata.name}`
    const inNamespace = ['-n', metadata.namespace ?? 'default']
    try {
      await platform.kubectl([...inNamespace, 'rollout', 'status', name, '--timeout=180s'])
    } catch (error) {
      const pods = await platform.kubectl([...inNamespace, 'get', 'pods', '-o', 'wide'])
      const events = await platform.kubectl([...inNamespace, 'get', 'events'])
      throw new Error(`${metadata.namespace}/${metadata.name} does not become ready\n${pods}\n${events}`, {
        cause: error,
      })
    }
  }
}
