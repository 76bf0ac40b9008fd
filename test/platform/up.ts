import { join } from 'node:path'
import { apply, applyDefinitions, awaitRestart, awaitWorkloads, unready } from './apply.ts'
import { progress } from './artefacts/cache.ts'
import { withLock } from './artefacts/lock.ts'
import { until } from './artefacts/until.ts'
import { platformOf } from './attach.ts'
import { type PlatformFacts, serviceIps } from './facts.ts'
import { crdPaths } from './gateway/crds.ts'
import { heldImages, importImages, pushImages } from './images.ts'
import { writeConfig } from './node/config.ts'
import { fillImageStore, hasImageStore } from './node/image-store.ts'
import { nodeLog, nodePid, startNode } from './node/node.ts'
import { makePki } from './node/pki.ts'
import { makePlan, type NodePlan, nodeName, platformName } from './node/plan.ts'
import { nodeUsr } from './node/programs.ts'
import type { KubernetesObject } from './part.ts'
import { parts } from './parts.ts'
import type { Platform } from './platform.ts'
import { assertRunnable } from './runnable.ts'
import { keepState, platformLock } from './state.ts'

/** Brings the platform of this checkout up, or repairs it. Safe to call from several processes at once. */
export async function up(): Promise<Platform> {
  await assertRunnable()
  const name = platformName()
  return withLock(
    platformLock(name),
    () => bringUp(name),
    () => progress(`waiting for another run on ${name}…`),
  )
}

async function bringUp(name: string): Promise<Platform> {
  const plan = await makePlan(name)
  // Downloads and packing go on while the compilers work.
  const images = parts.map(part => part.images())
  // A failure surfaces where it is awaited, below; until then it must not end the process.
  for (const pending of images) pending.catch(() => undefined)
  const definitions = crdPaths()
  definitions.catch(() => undefined)

  const usr = await nodeUsr()
  const state = await keepState(plan, join(usr, 'local/bin/kubectl'))
  const platform = platformOf(plan, state)
  await makePki(plan)
  await writeConfig(plan, state.facts)
  const made = await Promise.all(images)
  const containerd = join(plan.state, 'containerd')
  if (!hasImageStore(containerd)) {
    const inNode = made.flat().filter(image => image.in === 'node')
    await fillImageStore({ folder: containerd, usr, images: inNode })
  }
  const began = new Date()
  const started = await startNode(plan, usr)
  await apiReady(plan, platform)
  progress('the API server is ready')
  await applyDefinitions(platform, await definitions, join(plan.state, 'definitions'))

  const held = await heldImages(platform)
  // Objects of parts whose images are all there go in one call: most of a second `up` is kubectl starting.
  let batch: KubernetesObject[] = []
  const flush = async () => {
    await apply(platform, batch)
    batch = []
  }
  for (const [i, part] of parts.entries()) {
    const missing = made[i]!.filter(image => image.in === 'node' && held.get(image.ref) !== image.digest)
    const pushed = made[i]!.filter(image => image.in === 'registry')
    if (missing.length > 0 || pushed.length > 0) await flush()
    await importImages(plan, missing)
    if (pushed.length > 0) await pushImages(plan, await registryAddress(platform), pushed)
    batch.push(...part.objects(state.facts))
  }
  await flush()
  progress('every object applied')

  const objects = parts.flatMap(part => part.objects(state.facts))
  if (started) await awaitRestart(platform, namespacesOf(objects), began)
  const waiting = await unready(platform, objects)
  for (const part of parts) {
    const own = new Set(part.objects(state.facts).map(nameOf))
    await awaitWorkloads(
      platform,
      waiting.filter(workload => own.has(nameOf(workload))),
    )
    await part.settle?.(platform)
    progress(`${part.name} ready`)
  }
  await namesResolve(platform, state.facts)
  progress(`the platform ${name} is up`)
  return platform
}

async function apiReady(plan: NodePlan, platform: Platform): Promise<void> {
  await until(
    'the API server is ready',
    async () => {
      if (!nodePid(plan)) throw new Error(`the node has ended:\n${await nodeLog(plan, 'init')}`)
      return succeeds(() => platform.kubectl(['get', '--raw=/readyz']))
    },
    { seconds: 60, every: 200, detail: () => nodeLog(plan, 'kube-apiserver') },
  )
  await until(
    `the node ${nodeName} has registered`,
    () => succeeds(() => platform.kubectl(['get', 'node', nodeName])),
    {
      seconds: 60,
      every: 200,
      detail: () => nodeLog(plan, 'kubelet'),
    },
  )
  await platform.kubectl(['wait', '--for=condition=Ready', `node/${nodeName}`, '--timeout=60s'])
}

/** The registry's Service once a pod stands behind it: what follows is pulled from there. */
async function registryAddress(platform: Platform): Promise<string> {
  await platform.kubectl(['-n', 'registry', 'rollout', 'status', 'deployment/harbor', '--timeout=120s'])
  return platform.kubectl(['-n', 'registry', 'get', 'service', 'harbor', '-o', 'jsonpath={.spec.clusterIP}'])
}

/** The proof of kube-proxy, CoreDNS and its template in one. */
async function namesResolve(platform: Platform, facts: PlatformFacts): Promise<void> {
  const ask = ['timeout', '1', 'busybox', 'nslookup', '-type=a', `auth.${facts.domain}`, serviceIps.dns]
  await until(
    'the cluster answers for the names of its domain',
    () =>
      platform.nodeExec(ask).then(
        answer => answer.includes(facts.gatewayIp),
        () => false,
      ),
    { every: 100 },
  )
}

const namespacesOf = (objects: KubernetesObject[]): Set<string> =>
  new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []))

const nameOf = ({ kind, metadata }: Pick<KubernetesObject, 'kind' | 'metadata'>): string =>
  `${kind}/${metadata.namespace}/${metadata.name}`

const succeeds = (work: () => Promise<unknown>): Promise<boolean> =>
  work().then(
    () => true,
    () => false,
  )
