import { beforeAll, describe, expect, it } from 'vitest'
import { Secret } from '../../../src/config/secret.ts'
import { thinkubeWorld, type WorldOptions } from '../../../src/platform/memory/fixture.ts'
import { type MemoryPlatform, memoryPlatform } from '../../../src/platform/memory/services.ts'
import { memorySettings } from '../../../src/platform/memory/settings.ts'
import type { World } from '../../../src/platform/memory/world.ts'
import type { Services } from '../../../src/platform/services.ts'
import { installInto } from '../../support/memory-install.ts'

const { signal } = new AbortController()

interface Opened {
  readonly world: World
  readonly platform: MemoryPlatform
  readonly services: Services
}

async function installed(options: WorldOptions = {}): Promise<Opened> {
  const world = thinkubeWorld(options)
  await installInto(world)
  return open(world)
}

function open(world: World): Opened {
  const platform = memoryPlatform(world)
  return { world, platform, services: platform.services(memorySettings(world)) }
}

async function keysOf({ services }: Opened) {
  const escrow = await services.escrow.read(signal)
  return {
    publicKey: escrow.get('PROJECT_PUBLIC_KEY')!.reveal(),
    secretKey: escrow.get('PROJECT_SECRET_KEY')!,
  }
}

const trace = (id: string, timestamp: string) => ({
  batch: [
    { id: `e-${id}`, timestamp, type: 'trace-create', body: { id, timestamp, name: 'one' } },
    {
      id: `g-${id}`,
      timestamp,
      type: 'generation-create',
      body: {
        id: `o-${id}`,
        traceId: id,
        startTime: timestamp,
        model: 'gpt-4o',
        usage: { input: 3, output: 5 },
      },
    },
  ],
})

describe('an installed Langfuse', () => {
  let base: Opened
  beforeAll(async () => {
    base = await installed()
  })
  const fresh = () => open(structuredClone(base.world))
  const at = '2026-11-24T09:00:00.123Z'

  it('answers health, readiness and projects as recorded', async () => {
    const { services } = fresh()
    const ask = (path: string, keys?: Awaited<ReturnType<typeof keysOf>>) =>
      services.langfuse.request('public', { path, signal, ...(keys && { keys }) })
    expect(await ask('/api/public/health')).toMatchObject({
      status: 200,
      body: { status: 'OK', version: '3.113.0' },
    })
    expect(await ask('/api/public/health?failIfNoRecentEvents=true')).toMatchObject({
      status: 503,
      body: { status: 'No traces within the last 3 minutes' },
    })
    expect(await ask('/api/public/projects')).toMatchObject({
      status: 401,
      body: { message: 'No authorization header' },
    })
    const keys = await keysOf(base)
    expect(await ask('/api/public/projects', { ...keys, secretKey: new Secret('wrong') })).toMatchObject({
      status: 401,
    })
    expect(await ask('/api/public/projects', keys)).toMatchObject({
      status: 200,
      body: { data: [{ id: 'default', name: 'Default Project', metadata: {} }] },
    })
  })

  it('makes a trace readable only after the worker has stored it', async () => {
    const opened = fresh()
    const { services, world } = opened
    const keys = await keysOf(opened)
    const read = () => services.langfuse.request('public', { path: '/api/public/traces/t1', keys, signal })
    const sent = await services.langfuse.request('public', {
      path: '/api/public/ingestion',
      method: 'POST',
      keys,
      body: trace('t1', at),
      signal,
    })
    expect(sent).toMatchObject({
      status: 207,
      body: { successes: [{ status: 201 }, { status: 201 }], errors: [] },
    })
    expect((await read()).status).toBe(404)
    expect(await services.valkey.queue(1, 'ingestion-queue', signal)).toMatchObject({ delayed: 1 })
    await services.clock.sleep(7_000, signal)
    expect(await read()).toMatchObject({
      status: 200,
      body: { timestamp: at, observations: [{ startTime: at, usage: { input: 3, output: 5, total: 8 } }] },
    })
    expect(world.valkey.jobs).toEqual([])
  })

  it('keeps events in the queue for ever without a worker', async () => {
    const opened = fresh()
    const { services } = opened
    const keys = await keysOf(opened)
    const worker = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      namespace: 'langfuse',
      name: 'langfuse-worker',
    }
    await services.kubernetes.remove(worker, { signal })
    await services.langfuse.request('public', {
      path: '/api/public/ingestion',
      method: 'POST',
      keys,
      body: trace('t1', at),
      signal,
    })
    await services.clock.sleep(3_600_000, signal)
    const answer = await services.langfuse.request('public', { path: '/api/public/traces/t1', keys, signal })
    expect(answer.status).toBe(404)
    expect(await services.valkey.queue(1, 'ingestion-queue', signal)).toMatchObject({ delayed: 1 })
  })

  it('hangs on every project call when Valkey is gone, while health stays well', async () => {
    const opened = fresh()
    const { services } = opened
    const keys = await keysOf(opened)
    const valkey = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'valkey', name: 'valkey' }
    await services.kubernetes.remove(valkey, { signal })
    await services.clock.sleep(60_000, signal)
    const stop = new AbortController()
    const call = services.langfuse.request('public', {
      path: '/api/public/projects',
      keys,
      signal: stop.signal,
    })
    const late = services.clock.sleep(60_000, signal).then(() => 'late')
    expect(await Promise.race([call, late])).toBe('late')
    stop.abort()
    await expect(call).rejects.toThrow()
    expect((await services.langfuse.request('public', { path: '/api/public/health', signal })).status).toBe(
      200,
    )
    expect((await services.langfuse.request('worker', { path: '/api/ready', signal })).status).toBe(500)
  })

  it('logs a user of the realm in, with state and PKCE, into the organisation', async () => {
    const { services, world } = fresh()
    const jar = new Map<string, string>()
    const call = async (url: string, form?: Record<string, string>) => {
      const answer = await services.public.fetch(url, {
        signal,
        headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
        ...(form && { method: 'POST', body: new URLSearchParams(form).toString() }),
      })
      for (const cookie of answer.headers.getSetCookie()) {
        const [name = '', value = ''] = cookie.split(';')[0]!.split('=')
        jar.set(name, value)
      }
      return answer
    }
    const base = 'https://langfuse.tk.test'
    const { csrfToken } = (await (await call(`${base}/api/auth/csrf`)).json()) as { csrfToken: string }
    const started = await call(`${base}/api/auth/signin/keycloak`, {
      csrfToken,
      callbackUrl: `${base}/`,
      json: 'true',
    })
    const { url } = (await started.json()) as { url: string }
    expect(new URL(url).searchParams.get('state')).toBeTruthy()
    expect(new URL(url).searchParams.get('code_challenge')).toBeTruthy()
    const page = await (await call(url)).text()
    const action = /action="([^"]+)"/.exec(page)![1]!.replaceAll('&amp;', '&')
    const { password } = world.keycloak.admin
    const wrong = await call(action, { username: 'thinkube', password: 'wrong' })
    expect(wrong.status).toBe(200)
    const back = await call(action, { username: 'thinkube', password })
    expect(back.status).toBe(302)
    const end = await call(back.headers.get('location')!)
    expect([end.status, end.headers.get('location')]).toEqual([302, `${base}/`])
    expect(await (await call(`${base}/api/auth/session`)).json()).toMatchObject({
      user: { email: 'thinkube@tk.test', organizations: [{ id: 'thinkube' }] },
    })
  })

  it('presigns media for the public host, where alone the signature holds', async () => {
    const opened = fresh()
    const { services } = opened
    const keys = await keysOf(opened)
    const sha256Hash = Buffer.alloc(32, 7).toString('base64')
    const made = await services.langfuse.request('public', {
      path: '/api/public/media',
      method: 'POST',
      keys,
      body: { traceId: 't', contentType: 'text/plain', contentLength: 5, sha256Hash, field: 'input' },
      signal,
    })
    const { mediaId, uploadUrl } = made.body as { mediaId: string; uploadUrl: string }
    expect(uploadUrl).toMatch(/^https:\/\/s3\.tk\.test\/langfuse-media\/default\//)
    const put = (headers: Record<string, string>) =>
      services.public.fetch(uploadUrl, { method: 'PUT', body: 'hello', headers, signal })
    expect((await put({})).status).toBe(403)
    expect((await put({ 'x-amz-checksum-sha256': sha256Hash })).status).toBe(200)
    const path = `/api/public/media/${mediaId}`
    expect((await services.langfuse.request('public', { path, keys, signal })).status).toBe(404)
    const body = { uploadedAt: at, uploadHttpStatus: 200 }
    await services.langfuse.request('public', { path, method: 'PATCH', keys, body, signal })
    const got = await services.langfuse.request('public', { path, keys, signal })
    const { url } = got.body as { url: string }
    expect(await (await services.public.fetch(url, { signal })).text()).toBe('hello')
  })
})

describe('what can be wrong', () => {
  it('is alive and answers 500 to everything when its environment is invalid', async () => {
    const opened = await installed()
    const { services } = opened
    const secret = { apiVersion: 'v1', kind: 'Secret', namespace: 'langfuse', name: 'langfuse-config' }
    const short = Buffer.from('63 characters would do too').toString('base64')
    await services.kubernetes.patch(
      secret,
      [{ op: 'replace', path: '/data/ENCRYPTION_KEY', value: short }],
      signal,
    )
    for (const pod of await services.kubernetes.list(
      { apiVersion: 'v1', kind: 'Pod', namespace: 'langfuse' },
      signal,
    ))
      await services.kubernetes.remove(
        { ...secret, kind: 'Pod', name: pod.metadata.name },
        { graceSeconds: 0, signal },
      )
    await services.clock.sleep(60_000, signal)
    const health = await services.langfuse.request('public', { path: '/api/public/health', signal })
    expect(health).toMatchObject({ status: 503, body: 'no healthy upstream' })
    const pods = await services.kubernetes.list(
      { apiVersion: 'v1', kind: 'Pod', namespace: 'langfuse', labelSelector: 'app=langfuse' },
      signal,
    )
    const log = await services.kubernetes.logs(
      { namespace: 'langfuse', pod: pods[0]!.metadata.name, container: 'langfuse' },
      { signal },
    )
    expect(log.join('\n')).toContain('ENCRYPTION_KEY must be 256 bits')
  })

  it('stores wrong times on ClickHouse 26.8 and later unless it is told', async () => {
    const opened = await installed({ clickhouse: { version: '26.9.1.1' } })
    const { services, world } = opened
    const send = async (id: string) => {
      const keys = await keysOf(opened)
      const at = '2026-11-24T09:00:00.123Z'
      const options = { keys, signal }
      await services.langfuse.request('web', {
        path: '/api/public/ingestion',
        method: 'POST',
        body: trace(id, at),
        ...options,
      })
      await services.clock.sleep(8_000, signal)
      const answer = await services.langfuse.request('web', { path: `/api/public/traces/${id}`, ...options })
      return (answer.body as { timestamp: string }).timestamp
    }
    expect(await send('t1')).toBe('2026-11-24T09:00:00.123Z')
    const config = world.kubernetes.objects['v1|Secret']!['langfuse|langfuse-config']!
    const data = config.object.data as Record<string, string>
    const plain = Buffer.from('http://clickhouse-clickhouse.clickhouse.svc.cluster.local:8123').toString(
      'base64',
    )
    config.object = { ...config.object, data: { ...data, CLICKHOUSE_URL: plain } }
    expect(await send('t2')).toBe('9999-12-31T23:59:59.000Z')
  })
})
