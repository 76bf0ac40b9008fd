import { describe, expect, it } from 'vitest'
import { Secret } from '../../../src/config/secret.ts'
import { isAbort } from '../../../src/engine/problem.ts'
import { thinkubeWorld } from '../../../src/platform/memory/fixture.ts'
import { type MemoryOptions, memoryPlatform } from '../../../src/platform/memory/services.ts'
import { memorySettings } from '../../../src/platform/memory/settings.ts'

const { signal } = new AbortController()
function open(options: MemoryOptions = {}) {
  const world = thinkubeWorld()
  const platform = memoryPlatform(world, options)
  return { world, platform, services: platform.services(memorySettings(world)) }
}
const role = { name: 'langfuse', password: new Secret('planted-sentinel'), comment: 'ours' }
const bucket = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'default' } }

describe('the journal', () => {
  it('tells reads from writes and holds no secret', async () => {
    const { platform, services } = open()
    await services.postgres.server(signal)
    await services.postgres.putRole(role, signal)
    await services.kubernetes.apply(
      { ...bucket, stringData: { a: 'planted-sentinel' } },
      { dryRun: true, signal },
    )
    await services.kubernetes.apply({ ...bucket, stringData: { a: 'planted-sentinel' } }, { signal })
    await services.kubernetes.create(
      {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { name: 'l', namespace: 'default' },
      },
      signal,
    )
    expect(platform.journal.calls.map(({ method, write }) => `${method} ${write}`)).toEqual([
      'server false',
      'putRole true',
      'apply false',
      'apply true',
      'create false',
    ])
    expect(JSON.stringify(platform.journal.calls)).not.toContain('planted-sentinel')
  })

  it('lets a hook fail a call before it reaches the world', async () => {
    const { world, services } = open({
      hooks: {
        beforeCall(n) {
          if (n === 1) throw new Error('as ordered')
        },
      },
    })
    await services.postgres.server(signal)
    await expect(services.postgres.putRole(role, signal)).rejects.toThrow('as ordered')
    expect(world.postgres.roles.langfuse).toBeUndefined()
    await services.postgres.putRole(role, signal)
    expect(world.postgres.roles.langfuse).toBeDefined()
  })

  it('lets a hook kill the run after the world has changed', async () => {
    const { world, platform, services } = open({ hooks: { afterCall: () => platform.stop() } })
    const settled = await Promise.race([
      services.postgres.putRole(role, signal).then(() => 'ended'),
      new Promise(resolve => setTimeout(resolve, 20, 'pending')),
    ])
    expect(settled).toBe('pending')
    expect(world.postgres.roles.langfuse).toBeDefined()
    services.postgres.dropRole('langfuse', signal).catch(() => undefined)
    expect(platform.journal.calls).toHaveLength(1)
  })
})

describe('an abort', () => {
  it('lets no call start', async () => {
    const { platform, services } = open()
    const gone = AbortSignal.abort()
    const calls = [
      services.postgres.putRole(role, gone),
      services.kubernetes.list({ apiVersion: 'v1', kind: 'Pod' }, gone),
      services.clock.sleep(10, gone),
    ]
    for (const call of calls) expect(isAbort(await call.catch((thrown: unknown) => thrown))).toBe(true)
    expect(platform.journal.calls).toEqual([])
    expect(platform.journal.refused).toBe(2)
  })

  it('ends waits and calls under way', async () => {
    const { services, world } = open({ latencyMs: () => 60_000 })
    const stop = new AbortController()
    const waiting = [
      services.postgres.putRole(role, stop.signal),
      services.kubernetes.until({ ...bucket, name: 'none' }, () => undefined, stop.signal),
      services.clock.sleep(1e9, stop.signal),
    ]
    stop.abort('for a reason that is no error')
    for (const call of waiting) expect(isAbort(await call.catch((thrown: unknown) => thrown))).toBe(true)
    expect(world.postgres.roles.langfuse).toBeUndefined()
  })
})

describe('virtual time', () => {
  it('jumps when nothing else can happen', async () => {
    const { services } = open()
    const { clock } = services
    const before = clock.now()
    const order: string[] = []
    await Promise.all([
      clock.sleep(86_400_000, signal).then(() => order.push('a day')),
      clock.sleep(1_000, signal).then(() => order.push('a second')),
    ])
    expect(order).toEqual(['a second', 'a day'])
    expect(clock.now() - before).toBe(86_400_000)
  })

  it('runs as fast as it is told when a person watches', async () => {
    const world = thinkubeWorld()
    const { clock } = memoryPlatform(world, { pace: { is: 'real', speed: 100 } })
    const before = performance.now()
    await clock.sleep(2_000, signal)
    const passed = performance.now() - before
    expect(passed).toBeGreaterThan(15)
    expect(passed).toBeLessThan(1_000)
    expect(clock.monotonic()).toBeGreaterThanOrEqual(2_000)
  })
})
