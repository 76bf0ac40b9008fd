import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ProblemError } from '../../src/engine/problem.ts'
import type { KubeObject } from '../../src/platform/kubernetes/port.ts'
import { openPlatform, platformUnderTest, within } from '../support/platform.ts'

const { platform, services, mark, close } = platformUnderTest()
const { kubernetes } = services
const namespace = `${mark}-kubernetes`
const ref = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name })
const configMap = (
  name: string,
  data: Record<string, string>,
  labels: Record<string, string> = {},
): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace, labels },
  data,
})
const dataOf = (object: KubeObject | undefined) => object?.data as Record<string, string> | undefined
const code = (work: Promise<unknown>) =>
  work.then(
    () => 'no problem',
    (error: unknown) => (error instanceof ProblemError ? error.problem.code : String(error)),
  )

beforeAll(async () => {
  await kubernetes.apply(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { signal: within(20) },
  )
})

afterAll(async () => {
  const space = { apiVersion: 'v1', kind: 'Namespace', name: namespace }
  await kubernetes.remove(space, { signal: within(20) })
  await kubernetes.until(space, object => (object ? undefined : true), within(120))
  await close()
})

describe('the API server', () => {
  it('says its version and who we are', async () => {
    expect(await kubernetes.version(within(10))).toMatch(/^v1\.\d+\.\d+/)
    expect((await kubernetes.whoAmI(within(10))).groups).toContain('system:authenticated')
  })

  it('answers what we may do, in the order of the questions', async () => {
    const may = { verb: 'get', group: '', resource: 'secrets', namespace: 'valkey' }
    const mayNot = { verb: 'delete', group: '', resource: 'nodes' }
    const portForward = {
      verb: 'create',
      group: '',
      resource: 'pods',
      subresource: 'portforward',
      namespace: 'postgres',
    }
    expect(await kubernetes.can([mayNot, may, portForward, mayNot], within(10))).toEqual([
      false,
      true,
      true,
      false,
    ])
  })

  it('does not know what is not there', async () => {
    expect(await kubernetes.read(ref('nothing'), within(10))).toBeUndefined()
    expect(
      await kubernetes.read({ apiVersion: 'no.such/v1', kind: 'Thing', name: 'x' }, within(10)),
    ).toBeUndefined()
    expect(await kubernetes.list({ apiVersion: 'v1', kind: 'NoSuchKind' }, within(10))).toEqual([])
    expect(await kubernetes.remove(ref('nothing'), { signal: within(10) })).toBe(false)
    const thing = { apiVersion: 'no.such/v1', kind: 'Thing', metadata: { name: 'x' } }
    expect(await code(kubernetes.create(thing, within(10)))).toBe('kubernetes/no-kind')
  })

  it('applies server-side, says who manages a field, and writes nothing in a dry run', async () => {
    const signal = within(20)
    const dry = await kubernetes.apply(configMap('applied', { a: '1' }), { dryRun: true, signal })
    expect(dataOf(dry)).toEqual({ a: '1' })
    expect(await kubernetes.read(ref('applied'), signal)).toBeUndefined()
    await kubernetes.apply(configMap('applied', { a: '1', b: '2' }), { signal })
    const applied = await kubernetes.apply(configMap('applied', { a: '1' }), { signal })
    expect(dataOf(applied)).toEqual({ a: '1' })
    expect(applied.metadata.managedFields?.map(({ manager }) => manager)).toEqual(['thinkube-langfuse'])
  })

  it('refuses a field of another manager unless forced', async () => {
    const signal = within(20)
    await platform.kubectl(['create', 'configmap', 'theirs', '-n', namespace, '--from-literal=a=theirs'])
    expect(await code(kubernetes.apply(configMap('theirs', { a: 'ours' }), { signal }))).toBe(
      'kubernetes/conflict',
    )
    expect(
      dataOf(await kubernetes.apply(configMap('theirs', { a: 'ours' }), { force: true, signal })),
    ).toEqual({ a: 'ours' })
  })

  it('refuses what it cannot understand', async () => {
    const odd = { ...configMap('odd', {}), spec: { no: 'such field' } }
    expect(await code(kubernetes.apply(odd, { signal: within(10) }))).toMatch(/^kubernetes\/invalid/)
  })

  it('creates once, replaces only what was read, patches only what passes the test', async () => {
    const signal = within(20)
    const made = await kubernetes.create(configMap('made', { holder: 'me' }), signal)
    expect(await code(kubernetes.create(configMap('made', {}), signal))).toBe('kubernetes/conflict')
    const patched = await kubernetes.patch(
      ref('made'),
      [
        { op: 'test', path: '/data/holder', value: 'me' },
        { op: 'add', path: '/data/step', value: 'applying' },
      ],
      signal,
    )
    expect(dataOf(patched)).toEqual({ holder: 'me', step: 'applying' })
    const fenced = kubernetes.patch(
      ref('made'),
      [
        { op: 'test', path: '/data/holder', value: 'somebody else' },
        { op: 'add', path: '/data/step', value: 'stolen' },
      ],
      signal,
    )
    expect(await code(fenced)).toBe('kubernetes/conflict')
    const nothing = kubernetes.patch(ref('absent'), [{ op: 'test', path: '/data/a', value: '1' }], signal)
    expect(await code(nothing)).toBe('kubernetes/missing')
    const stale = kubernetes.replace({ ...made, data: { holder: 'late' } }, signal)
    expect(await code(stale)).toBe('kubernetes/conflict')
    const replaced = await kubernetes.replace({ ...patched, data: { holder: 'me' } }, signal)
    expect(dataOf(replaced)).toEqual({ holder: 'me' })
  })

  it('deletes only the object that was meant', async () => {
    const signal = within(20)
    const made = await kubernetes.create(configMap('namesake', {}), signal)
    const other = '00000000-0000-0000-0000-000000000000'
    expect(await code(kubernetes.remove(ref('namesake'), { uid: other, signal }))).toBe('kubernetes/conflict')
    expect(await kubernetes.remove(ref('namesake'), { uid: made.metadata.uid, signal })).toBe(true)
  })

  it('lists by label and field, with kind and version on every item', async () => {
    const signal = within(20)
    await kubernetes.apply(configMap('listed', {}, { mark }), { signal })
    const kind = { apiVersion: 'v1', kind: 'ConfigMap', namespace, labelSelector: `mark=${mark}` }
    const [found, ...rest] = await kubernetes.list(kind, signal)
    expect(rest).toEqual([])
    expect(found).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'listed' } })
    const byName = { apiVersion: 'v1', kind: 'ConfigMap', namespace, fieldSelector: 'metadata.name=listed' }
    expect(await kubernetes.list(byName, signal)).toHaveLength(1)
  })

  it('follows an object from its absence over its changes to its end', async () => {
    const signal = within(30)
    const seen: (string | undefined)[] = []
    const followed = kubernetes.until(
      ref('followed'),
      object => {
        seen.push(dataOf(object)?.step)
        return seen.includes('two') && object === undefined ? 'gone' : undefined
      },
      signal,
    )
    await kubernetes.apply(configMap('followed', { step: 'one' }), { signal })
    await kubernetes.apply(configMap('followed', { step: 'two' }), { signal })
    await kubernetes.until(ref('followed'), object => dataOf(object)?.step === 'two' || undefined, signal)
    await kubernetes.remove(ref('followed'), { signal })
    expect(await followed).toBe('gone')
  })

  it('follows a set', async () => {
    const signal = within(30)
    const kind = { apiVersion: 'v1', kind: 'ConfigMap', namespace, labelSelector: 'set=yes' }
    const both = kubernetes.untilAll(kind, objects => (objects.length === 2 ? objects : undefined), signal)
    await kubernetes.apply(configMap('set-1', {}, { set: 'yes' }), { signal })
    await kubernetes.apply(configMap('set-2', {}, { set: 'yes' }), { signal })
    expect((await both).map(({ metadata }) => metadata.name).sort()).toEqual(['set-1', 'set-2'])
  })

  it('ends a wait when its signal does, or when the question throws', async () => {
    const controller = new AbortController()
    const endless = kubernetes.until(ref('never'), () => undefined, controller.signal)
    setTimeout(() => controller.abort(), 300)
    await expect(endless).rejects.toMatchObject({ name: 'AbortError' })
    const late = kubernetes.until(ref('never'), () => undefined, AbortSignal.timeout(300))
    expect(await code(late)).toBe('engine/timeout')
    const thrower = kubernetes.until(
      ref('never'),
      () => {
        throw new Error('seen enough')
      },
      within(10),
    )
    await expect(thrower).rejects.toThrow('seen enough')
  })

  it('reads logs and runs commands with input', async () => {
    const pod = { namespace: 'postgres', pod: 'postgresql-official-0', container: 'postgres' }
    expect(await kubernetes.logs(pod, { tail: 2, signal: within(10) })).toHaveLength(2)
    expect(await kubernetes.logs(pod, { previous: true, signal: within(10) })).toEqual([])
    const stdin = 'x'.repeat(300_000)
    const script = 'wc -c; echo complaint >&2; exit 3'
    const ran = await kubernetes.exec(pod, { command: ['sh', '-c', script], stdin, signal: within(20) })
    expect({ ...ran, stdout: ran.stdout.trim() }).toEqual({
      stdout: '300000',
      stderr: 'complaint\n',
      exitCode: 3,
    })
    const quiet = await kubernetes.exec(pod, { command: ['true'], signal: within(20) })
    expect(quiet).toEqual({ stdout: '', stderr: '', exitCode: 0 })
    const controller = new AbortController()
    const slow = kubernetes.exec(pod, { command: ['sleep', '20'], signal: controller.signal })
    setTimeout(() => controller.abort(), 300)
    await expect(slow).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('knows us by our user agent', async () => {
    const log = await platform.auditLog()
    const ours = log.split('\n').filter(line => line.includes(namespace) && line.includes('"verb":"patch"'))
    expect(ours.some(line => line.includes('"userAgent":"thinkube-langfuse/0.0.0-test"'))).toBe(true)
  })

  it('is a Problem without secrets when nobody answers', async () => {
    const kubeconfig = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
      users: [{ name: 'u', user: { token: 'sentinel-token' } }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'x',
    })
    const { mkdtemp, rm, writeFile } = await import('node:fs/promises')
    const { tmpdir } = await import('node:os')
    const { join } = await import('node:path')
    const folder = await mkdtemp(join(tmpdir(), 'kubeconfig-'))
    const path = join(folder, 'config')
    await writeFile(path, kubeconfig)
    const nowhere = openPlatform(path)
    const failed = await nowhere.port.version(within(10)).catch((error: unknown) => error)
    await nowhere.close()
    await rm(folder, { recursive: true })
    expect(failed).toMatchObject({ problem: { code: 'kubernetes/unreachable', kind: 'unreachable' } })
    expect(JSON.stringify(failed)).not.toContain('sentinel-token')
  })
})
