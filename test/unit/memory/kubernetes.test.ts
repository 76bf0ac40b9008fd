import { describe, expect, it } from 'vitest'
import { ProblemError } from '../../../src/engine/problem.ts'
import type { KubeObject } from '../../../src/platform/kubernetes/port.ts'
import { thinkubeWorld } from '../../../src/platform/memory/fixture.ts'
import { memoryPlatform } from '../../../src/platform/memory/services.ts'
import { snapshot } from '../../../src/platform/memory/snapshot.ts'

const { signal } = new AbortController()
const ours = (world = thinkubeWorld()) => memoryPlatform(world).kubernetes
const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'one' }
const configMap = (data: Record<string, string>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'one', namespace: 'default' },
  data,
})
const container = (name: string, env: readonly { name: string; value: string }[] = []) => ({
  name,
  image: 'example.org/app:1',
  env,
})
const deployment = (containers: readonly object[], more: object = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'one', namespace: 'default' },
  spec: {
    selector: { matchLabels: { app: 'one' } },
    template: { metadata: { labels: { app: 'one' } }, spec: { containers } },
    ...more,
  },
})

const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'no problem',
    (thrown: unknown) => (thrown instanceof ProblemError ? thrown.problem.code : String(thrown)),
  )

describe('server-side apply', () => {
  it('stores, fills in defaults and names the manager of each field', async () => {
    const kubernetes = ours()
    await kubernetes.apply(deployment([container('web')]), { signal })
    const stored = await kubernetes.read({ ...ref, apiVersion: 'apps/v1', kind: 'Deployment' }, signal)
    expect(stored?.spec).toMatchObject({ replicas: 1, strategy: { type: 'RollingUpdate' } })
    expect(stored?.metadata.managedFields).toMatchObject([
      {
        manager: 'thinkube-langfuse',
        operation: 'Apply',
        fieldsV1: {
          'f:spec': {
            'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"web"}': { 'f:image': {} } } } },
          },
        },
      },
    ])
  })

  it('does not touch an object that is as wanted already', async () => {
    const kubernetes = ours()
    const first = await kubernetes.apply(deployment([container('web')]), { signal })
    const settled = await kubernetes.read({ ...ref, apiVersion: 'apps/v1', kind: 'Deployment' }, signal)
    const again = await kubernetes.apply(deployment([container('web')]), { signal })
    expect(again.metadata.resourceVersion).toBe(settled?.metadata.resourceVersion)
    expect(again.metadata.generation).toBe(first.metadata.generation)
  })

  it('removes what the manager does not name any more and nothing else', async () => {
    const world = thinkubeWorld()
    const [mine, theirs] = [ours(world), memoryPlatform(world, { manager: 'somebody' }).kubernetes]
    await mine.apply(configMap({ a: '1', b: '2' }), { signal })
    await theirs.apply(configMap({ b: '2', c: '3' }), { signal })
    await mine.apply(configMap({ a: '1' }), { signal })
    expect((await mine.read(ref, signal))?.data).toEqual({ a: '1', b: '2', c: '3' })
    await theirs.apply(configMap({ c: '3' }), { signal })
    expect((await mine.read(ref, signal))?.data).toEqual({ a: '1', c: '3' })
  })

  it('merges keyed lists item by item', async () => {
    const world = thinkubeWorld()
    const [mine, theirs] = [ours(world), memoryPlatform(world, { manager: 'somebody' }).kubernetes]
    await mine.apply(deployment([container('web', [{ name: 'A', value: '1' }])]), { signal })
    const sidecar = { name: 'web', image: 'example.org/app:1', env: [{ name: 'B', value: '2' }] }
    await theirs.apply(deployment([sidecar, container('sidecar')]), { signal })
    await mine.apply(deployment([container('web', [{ name: 'C', value: '3' }])]), { signal })
    const stored = await mine.read({ ...ref, apiVersion: 'apps/v1', kind: 'Deployment' }, signal)
    expect(stored?.spec).toMatchObject({
      template: {
        spec: {
          containers: [
            {
              name: 'web',
              env: [
                { name: 'B', value: '2' },
                { name: 'C', value: '3' },
              ],
            },
            { name: 'sidecar' },
          ],
        },
      },
    })
  })

  it('is a conflict when somebody else set the field to another value, unless forced', async () => {
    const world = thinkubeWorld()
    const [mine, theirs] = [ours(world), memoryPlatform(world, { manager: 'somebody' }).kubernetes]
    await mine.apply(configMap({ a: '1' }), { signal })
    await theirs.apply(configMap({ a: '2' }), { force: true, signal })
    await expect(mine.apply(configMap({ a: '1' }), { signal })).rejects.toMatchObject({
      problem: { code: 'kubernetes/conflict', kind: 'conflict' },
    })
    await mine.apply(configMap({ a: '1' }), { force: true, signal })
    expect((await mine.read(ref, signal))?.data).toEqual({ a: '1' })
  })

  it('leaves no trace of a dry run', async () => {
    const world = thinkubeWorld()
    const kubernetes = ours(world)
    const before = structuredClone(world)
    const shown = await kubernetes.apply(configMap({ a: '1' }), { dryRun: true, signal })
    expect(shown.data).toEqual({ a: '1' })
    expect(world).toEqual(before)
    expect(await kubernetes.read(ref, signal)).toBeUndefined()
  })
})

describe('other writes', () => {
  it('patches by RFC 6902 and fails a false test', async () => {
    const kubernetes = ours()
    await kubernetes.create(configMap({ 'a/b': '1' }), signal)
    await kubernetes.patch(
      ref,
      [
        { op: 'test', path: '/data/a~1b', value: '1' },
        { op: 'add', path: '/data/c', value: '3' },
      ],
      signal,
    )
    expect((await kubernetes.read(ref, signal))?.data).toEqual({ 'a/b': '1', c: '3' })
    const stale = kubernetes.patch(
      ref,
      [
        { op: 'add', path: '/data/d', value: '4' },
        { op: 'test', path: '/data/c', value: 'x' },
      ],
      signal,
    )
    expect(await codeOf(stale)).toBe('kubernetes/conflict')
    expect((await kubernetes.read(ref, signal))?.data).toEqual({ 'a/b': '1', c: '3' })
    expect(await codeOf(kubernetes.patch(ref, [{ op: 'remove', path: '/data/zz' }], signal))).toBe(
      'kubernetes/conflict',
    )
  })

  it('creates once and replaces only the version that was read', async () => {
    const kubernetes = ours()
    const made = await kubernetes.create(configMap({ a: '1' }), signal)
    expect(await codeOf(kubernetes.create(configMap({ a: '1' }), signal))).toBe('kubernetes/conflict')
    await kubernetes.replace({ ...made, data: { a: '2' } }, signal)
    expect(await codeOf(kubernetes.replace({ ...made, data: { a: '3' } }, signal))).toBe(
      'kubernetes/conflict',
    )
  })

  it('refuses what the server would refuse', async () => {
    const world = thinkubeWorld()
    const kubernetes = ours(world)
    const elsewhere = { ...configMap({}), metadata: { name: 'one', namespace: 'nowhere' } }
    expect(await codeOf(kubernetes.apply(elsewhere, { signal }))).toBe('kubernetes/missing')
    world.kubernetes.denials.push({ verb: 'patch', group: '', resource: 'configmaps', namespace: 'default' })
    expect(await codeOf(kubernetes.apply(configMap({}), { signal }))).toBe('kubernetes/forbidden')
    const asked = { verb: 'patch', group: '', resource: 'configmaps' }
    expect(
      await kubernetes.can(
        [
          { ...asked, namespace: 'default' },
          { ...asked, namespace: 'postgres' },
        ],
        signal,
      ),
    ).toEqual([false, true])
  })

  it('treats a kind that the server does not have as absent', async () => {
    const world = thinkubeWorld()
    world.kubernetes.missingKinds.push('gateway.networking.k8s.io/v1 HTTPRoute')
    const kubernetes = ours(world)
    const kind = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute' }
    expect(await kubernetes.read({ ...kind, name: 'harbor', namespace: 'registry' }, signal)).toBeUndefined()
    expect(await kubernetes.list(kind, signal)).toEqual([])
  })
})

describe('deletion', () => {
  it('empties a namespace before it goes, and pods take their time', async () => {
    const world = thinkubeWorld()
    const { kubernetes, clock } = memoryPlatform(world)
    const namespace = { apiVersion: 'v1', kind: 'Namespace', name: 'valkey' }
    await kubernetes.remove(namespace, { signal })
    expect((await kubernetes.read(namespace, signal))?.status).toEqual({ phase: 'Terminating' })
    expect(
      await codeOf(
        kubernetes.create({ ...configMap({}), metadata: { name: 'x', namespace: 'valkey' } }, signal),
      ),
    ).toBe('kubernetes/forbidden')
    const before = clock.now()
    await kubernetes.until(namespace, object => (object ? undefined : true), signal)
    expect(clock.now()).toBeGreaterThan(before)
    expect(await kubernetes.list({ apiVersion: 'v1', kind: 'Secret', namespace: 'valkey' }, signal)).toEqual(
      [],
    )
  })

  it('takes what a deleted owner owned with it', async () => {
    const kubernetes = ours()
    const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'keycloak', name: 'keycloak' }
    const pods = { apiVersion: 'v1', kind: 'Pod', namespace: 'keycloak' }
    expect(await kubernetes.list(pods, signal)).toHaveLength(1)
    expect(await kubernetes.remove(ref, { uid: 'another', signal }).catch(() => 'refused')).toBe('refused')
    expect(await kubernetes.remove(ref, { signal })).toBe(true)
    await kubernetes.untilAll(pods, found => (found.length === 0 ? true : undefined), signal)
    expect(await kubernetes.list({ ...pods, apiVersion: 'apps/v1', kind: 'ReplicaSet' }, signal)).toEqual([])
    expect(await kubernetes.remove(ref, { signal })).toBe(false)
  })
})

describe('a world', () => {
  it('is plain data', () => {
    const world = thinkubeWorld()
    expect(JSON.parse(JSON.stringify(world))).toEqual(JSON.parse(JSON.stringify(structuredClone(world))))
    expect(snapshot(structuredClone(world))).toEqual(snapshot(world))
  })

  it('begins healthy: every workload of the platform is ready', async () => {
    const pods = await ours().list({ apiVersion: 'v1', kind: 'Pod' }, signal)
    expect(pods.length).toBeGreaterThanOrEqual(7)
    for (const pod of pods) expect(pod.status).toMatchObject({ phase: 'Running' })
  })
})
