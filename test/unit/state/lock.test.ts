import { describe, expect, it } from 'vitest'
import { thinkubeWorld } from '../../../src/platform/memory/fixture.ts'
import { memoryPlatform } from '../../../src/platform/memory/services.ts'
import type { LockOptions } from '../../../src/platform/state/lock.ts'
import { openState } from '../../../src/platform/state/open-state.ts'

const signal = new AbortController().signal
const names = { namespace: 'langfuse', stateNamespace: 'thinkube-langfuse' }

function operators() {
  const platform = memoryPlatform(thinkubeWorld({}))
  const operator = (
    user: string,
    more: Partial<LockOptions> & { host?: string; pid?: number } = {},
  ): LockOptions => ({
    kubernetes: platform.kubernetes,
    clock: platform.clock,
    names,
    holder: { user, host: more.host ?? `${user}-host`, pid: more.pid ?? 1, start: 5 },
    isAlive: () => true,
    ...more,
  })
  return { platform, operator }
}

const entry = { task: 'database/role', run: 'r', at: '2026-01-01T00:00:00.000Z', state: 'applying' as const }

describe('two operators', () => {
  it('lets only one in and says who', async () => {
    const { operator } = operators()
    const first = await openState(operator('ana'), signal)
    await expect(openState(operator('ben'), signal)).rejects.toMatchObject({
      problem: { code: 'lock/held', summary: expect.stringContaining('ana@ana-host:1:5') },
    })
    await first.lock.release()
    const second = await openState(operator('ben'), signal)
    await second.lock.release()
  })

  it('takes over at once from a dead process of the same host', async () => {
    const { operator } = operators()
    await openState(operator('ana', { host: 'desk' }), signal)
    const second = await openState(
      operator('ana', { host: 'desk', pid: 2, isAlive: pid => pid !== 1 }),
      signal,
    )
    await second.lock.release()
  })

  it('fences off the ledger of one that was taken over', async () => {
    const { operator } = operators()
    const first = await openState(operator('ana', { host: 'desk' }), signal)
    await openState(operator('ana', { host: 'desk', pid: 2, isAlive: pid => pid !== 1 }), signal)
    await expect(first.ledger.write(entry, signal)).rejects.toMatchObject({ problem: { kind: 'conflict' } })
  })

  it('stops a paused holder before its next write', async () => {
    const { platform, operator } = operators()
    // Asleep for half a minute: no renewal got through.
    const asleep = {
      ...platform.clock,
      sleep: (_: number, stop: AbortSignal) =>
        new Promise<void>((_resolve, reject) =>
          stop.addEventListener('abort', () => reject(stop.reason), { once: true }),
        ),
    }
    const first = await openState(operator('ana', { clock: asleep }), signal)
    await platform.clock.sleep(31_000, signal)
    await expect(first.lock.fence()).rejects.toMatchObject({ problem: { code: 'lock/lost' } })
    const second = await openState(operator('ben'), signal)
    await second.lock.release()
    await first.lock.release()
  })
})

it('keeps what each task did', async () => {
  const { operator } = operators()
  const { ledger, lock } = await openState(operator('ana'), signal)
  await ledger.write(entry, signal)
  await ledger.write({ ...entry, state: 'applied' }, signal)
  expect([...(await ledger.entries(signal)).values()]).toEqual([{ ...entry, state: 'applied' }])
  await lock.release()
})
