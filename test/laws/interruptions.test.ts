import { describe, expect, it } from 'vitest'
import { ProblemError } from '../../src/engine/problem.ts'
import { snapshot } from '../../src/platform/memory/snapshot.ts'
import type { World } from '../../src/platform/memory/world.ts'
import type { AnyTask } from '../../tasks/define.ts'
import { catalogue, outsideEscrow, stage, worldBefore } from './stage.ts'

/** Virtual time costs little, many runs cost some. */
const PATIENCE_MS = 60_000

const lost = (kind: 'unreachable' | 'invalid') =>
  new ProblemError({
    code: 'law/failure',
    kind,
    summary: 'This call fails, as the law wants it',
    nextSteps: ['Run again'],
  })

/** The calls of an undisturbed run that are the task's own, and the world that they lead to. */
async function undisturbed(task: AnyTask): Promise<{ calls: readonly number[]; world: World }> {
  const stand = stage(await worldBefore(task), task)
  await stand.apply()
  return { calls: range(stand.before(), stand.platform.journal.calls.length), world: stand.world }
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index)

describe.each(catalogue.map(task => [task.id, task] as const))('%s', (_, task) => {
  it(
    'that failed at any call reaches the same place when it is run again',
    async () => {
      const { calls, world: reference } = await undisturbed(task)
      const wanted = snapshot(reference)
      for (const k of calls) {
        const world = await worldBefore(task)
        const disturbed = stage(world, task, {
          hooks: {
            beforeCall(n) {
              if (n === k) throw lost('invalid')
            },
          },
        })
        await disturbed.apply()
        expect(await stage(world, task).apply(), `after a failure at call ${k}`).toMatchObject({ is: 'done' })
        expect(snapshot(world), `after a failure at call ${k}`).toEqual(wanted)
      }
    },
    PATIENCE_MS,
  )

  it(
    'gets over one call that nobody answers',
    async () => {
      const { calls, world: reference } = await undisturbed(task)
      const wanted = snapshot(reference)
      for (const k of calls) {
        const stand = stage(await worldBefore(task), task, {
          hooks: {
            beforeCall(n) {
              if (n === k) throw lost('unreachable')
            },
          },
        })
        expect(await stand.apply(), `after no answer to call ${k}`).toMatchObject({ is: 'done' })
        expect(snapshot(stand.world), `after no answer to call ${k}`).toEqual(wanted)
      }
    },
    PATIENCE_MS,
  )

  it(
    'starts no call after it was interrupted, and continues later',
    async () => {
      const { calls, world: reference } = await undisturbed(task)
      const wanted = snapshot(reference)
      for (const k of calls) {
        const world = await worldBefore(task)
        const stop = new AbortController()
        const stand = stage(world, task, {
          signal: stop.signal,
          // Long enough for the interruption to meet a call that is under way.
          latencyMs: () => 50,
          hooks: {
            beforeCall(n) {
              if (n === k) setImmediate(() => stop.abort())
            },
          },
        })
        const result = await stand.apply()
        // The interruption may come too late for the last call.
        if (result.is !== 'done')
          expect(result, `interrupted at call ${k}`).toMatchObject({ is: 'cancelled' })
        const started = stand.platform.journal.calls.length
        await new Promise(resolve => setImmediate(resolve))
        expect(stand.platform.journal.calls, 'a call was started later').toHaveLength(started)
        expect(await stage(world, task).apply(), `after an interruption at call ${k}`).toMatchObject({
          is: 'done',
        })
        expect(snapshot(world), `after an interruption at call ${k}`).toEqual(wanted)
      }
    },
    PATIENCE_MS,
  )

  it(
    'undone with a failure at any call and again is undone',
    async () => {
      if (typeof task.undo !== 'function') return
      const { world: applied } = await undisturbed(task)
      const smooth = stage(structuredClone(applied), task)
      await smooth.undo()
      const wanted = outsideEscrow(smooth.world)
      for (const k of range(0, smooth.platform.journal.calls.length)) {
        const world = structuredClone(applied)
        await stage(world, task, {
          hooks: {
            beforeCall(n) {
              if (n === k) throw lost('invalid')
            },
          },
        }).undo()
        expect(await stage(world, task).undo(), `after a failure at call ${k}`).toMatchObject({ left: [] })
        expect(outsideEscrow(world), `after a failure at call ${k}`).toEqual(wanted)
      }
    },
    PATIENCE_MS,
  )
})
