import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../../src/platform/kubernetes/port.ts'
import { thinkubeWorld } from '../../../src/platform/memory/fixture.ts'
import { memoryPlatform } from '../../../src/platform/memory/services.ts'

const { signal } = new AbortController()
const pods = { apiVersion: 'v1', kind: 'Pod', namespace: 'default' }
const app = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'app' }

function deployment(container: object, spec: object = {}): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'app', namespace: 'default' },
    spec: {
      selector: { matchLabels: { app: 'app' } },
      template: {
        metadata: { labels: { app: 'app' } },
        spec: {
          containers: [{ name: 'app', image: 'registry.tk.test/library/valkey:7.2-alpine', ...container }],
        },
      },
      ...spec,
    },
  }
}

const open = () => memoryPlatform(thinkubeWorld())
const reason = (list: readonly KubeObject[]): string | undefined =>
  (list[0]?.status as { containerStatuses?: { state: { waiting?: { reason: string } } }[] } | undefined)
    ?.containerStatuses?.[0]?.state.waiting?.reason
const isAvailable = (object: KubeObject | undefined): true | undefined =>
  (object?.status as { availableReplicas?: number } | undefined)?.availableReplicas === 1 || undefined

describe('a Deployment', () => {
  it('becomes available after its image was pulled, in virtual time', async () => {
    const { kubernetes, clock, world } = open()
    world.kubernetes.pulled.length = 0
    await kubernetes.apply(deployment({}), { signal })
    await kubernetes.until(app, isAvailable, signal)
    expect(clock.monotonic()).toBeGreaterThan(4_000)
    expect(clock.monotonic()).toBeLessThan(10_000)
    const events = await kubernetes.list({ apiVersion: 'v1', kind: 'Event', namespace: 'default' }, signal)
    expect(events.map(event => event.reason)).toEqual(['Scheduled', 'Pulling', 'Pulled', 'Started'])
  })

  it('replaces its pod: the new one is ready before the old one goes', async () => {
    const { kubernetes } = open()
    await kubernetes.apply(deployment({}), { signal })
    await kubernetes.until(app, isAvailable, signal)
    await kubernetes.apply(deployment({ env: [{ name: 'A', value: '1' }] }), { signal })
    const most = { pods: 0 }
    await kubernetes.untilAll(
      pods,
      list => {
        most.pods = Math.max(most.pods, list.length)
        const [only] = list
        const env = (only?.spec as { containers: { env?: unknown[] }[] } | undefined)?.containers[0]?.env
        return list.length === 1 && env?.length === 1 ? true : undefined
      },
      signal,
    )
    expect(most.pods).toBe(2)
  })

  it('recreates only after the old pod has gone', async () => {
    const { kubernetes } = open()
    const recreate = { strategy: { type: 'Recreate' } }
    await kubernetes.apply(deployment({}, recreate), { signal })
    await kubernetes.until(app, isAvailable, signal)
    await kubernetes.apply(deployment({ env: [{ name: 'A', value: '1' }] }, recreate), { signal })
    let most = 0
    await kubernetes.untilAll(
      pods,
      list => {
        most = Math.max(most, list.length)
        const env = (list[0]?.spec as { containers: { env?: unknown[] }[] } | undefined)?.containers[0]?.env
        return env?.length === 1 ? true : undefined
      },
      signal,
    )
    expect(most).toBe(1)
  })

  it('ends in ImagePullBackOff when the registry does not have the image, and recovers when it has', async () => {
    const { kubernetes, world } = open()
    await kubernetes.apply(deployment({ image: 'registry.tk.test/library/none:1' }), { signal })
    await kubernetes.untilAll(pods, list => reason(list) === 'ImagePullBackOff' || undefined, signal)
    world.registry.images['library/none'] = { '1': 'sha256:1' }
    await kubernetes.create(
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'default' } },
      signal,
    )
    await kubernetes.until(app, isAvailable, signal)
  })

  it('waits for the Secret it reads, and says so', async () => {
    const { kubernetes } = open()
    await kubernetes.apply(deployment({ envFrom: [{ secretRef: { name: 'later' } }] }), { signal })
    await kubernetes.untilAll(
      pods,
      list => reason(list) === 'CreateContainerConfigError' || undefined,
      signal,
    )
    await kubernetes.create(
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'later', namespace: 'default' } },
      signal,
    )
    await kubernetes.until(app, isAvailable, signal)
  })

  it('backs off from a container that keeps crashing and keeps the log of the last one', async () => {
    const { kubernetes, world } = open()
    world.conduct.crashing.push({ image: 'valkey', line: 'boom', exitCode: 1 })
    await kubernetes.apply(deployment({}), { signal })
    await kubernetes.untilAll(pods, list => reason(list) === 'CrashLoopBackOff' || undefined, signal)
    const [pod] = await kubernetes.list(pods, signal)
    expect(pod?.status).toMatchObject({
      containerStatuses: [{ restartCount: 1, lastState: { terminated: { exitCode: 1, reason: 'Error' } } }],
    })
    const where = { namespace: 'default', pod: pod!.metadata.name, container: 'app' }
    expect(await kubernetes.logs(where, { previous: true, signal })).toEqual(['boom'])
    expect(await kubernetes.logs(where, { signal })).toEqual([])
  })

  it('says when no node has room', async () => {
    const { kubernetes, world } = open()
    world.conduct.schedulable = false
    await kubernetes.apply(deployment({}), { signal })
    const [pod] = await kubernetes.list(pods, signal)
    expect(pod?.status).toMatchObject({
      conditions: expect.arrayContaining([
        expect.objectContaining({ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }),
      ]),
    })
  })
})

describe('routes', () => {
  const route = (host: string, service: string): KubeObject => ({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'r', namespace: 'valkey' },
    spec: {
      parentRefs: [{ name: 'thinkube-gateway', namespace: 'gateway-system', sectionName: 'https' }],
      hostnames: [host],
      rules: [{ backendRefs: [{ name: service, port: 6379 }] }],
    },
  })
  const conditions = (object: KubeObject) =>
    (
      object.status as { parents: { conditions: { type: string; status: string }[] }[] }
    ).parents[0]!.conditions.map(({ type, status }) => `${type}=${status}`)

  it('are accepted where a listener fits, and resolved where the Service exists', async () => {
    const { kubernetes } = open()
    const good = await kubernetes.apply(route('x.tk.test', 'valkey'), { signal })
    const ref = { ...good, name: 'r', namespace: 'valkey' }
    expect(conditions((await kubernetes.read(ref, signal))!)).toEqual(['Accepted=True', 'ResolvedRefs=True'])
    await kubernetes.apply(route('x.elsewhere.test', 'nobody'), { signal })
    expect(conditions((await kubernetes.read(ref, signal))!)).toEqual([
      'Accepted=False',
      'ResolvedRefs=False',
    ])
  })
})
