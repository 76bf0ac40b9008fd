import { describe, expect, it } from 'vitest'
import { thinkubeWorld } from '../../src/platform/memory/fixture.ts'
import type { Call } from '../../src/platform/memory/journal.ts'
import { memoryPlatform } from '../../src/platform/memory/services.ts'
import { snapshot } from '../../src/platform/memory/snapshot.ts'
import type { World } from '../../src/platform/memory/world.ts'
import { install } from '../support/memory-install.ts'

const PATIENCE_MS = 120_000

interface Crash {
  readonly after: string
  readonly world: World
}

/** One undisturbed installation, and the world as a crash after each of its writes would leave it. */
async function crashes(): Promise<{ crashes: readonly Crash[]; end: World }> {
  const world = thinkubeWorld()
  const found: Crash[] = []
  const keep = (what: string) => found.push({ after: what, world: structuredClone(world) })
  keep('nothing')
  const platform = memoryPlatform(world, {
    hooks: {
      afterCall(n: number, { port, method, write }: Call) {
        if (write) keep(`call ${n}, ${port} ${method}`)
      },
    },
  })
  expect(await install(platform)).toMatchObject({ is: 'done' })
  return { crashes: found, end: world }
}

describe('an installation that dies', () => {
  it(
    'after any of its writes ends in the same place when it is run again',
    async () => {
      const { crashes: all, end } = await crashes()
      const wanted = snapshot(end)
      expect(all.length).toBeGreaterThan(40)
      for (const { after, world } of all) {
        const platform = memoryPlatform(world)
        expect(await install(platform, { pid: 2 }), `died after ${after}`).toMatchObject({ is: 'done' })
        expect(snapshot(world), `died after ${after}`).toEqual(wanted)
      }
    },
    PATIENCE_MS,
  )

  it(
    'is not taken over while it may be alive',
    async () => {
      const { crashes: all } = await crashes()
      const { world } = all[Math.floor(all.length / 2)]!
      const lease = world.kubernetes.objects['coordination.k8s.io/v1|Lease']!['thinkube-langfuse|langfuse']!
      const spec = lease.object.spec as Record<string, unknown>
      lease.object = { ...lease.object, spec: { ...spec, holderIdentity: 'maria@elsewhere:7:1' } }
      const platform = memoryPlatform(world)
      await expect(install(platform, { pid: 2 })).rejects.toMatchObject({ problem: { code: 'lock/held' } })
      expect(platform.journal.writes()).toEqual([])
    },
    PATIENCE_MS,
  )
})
