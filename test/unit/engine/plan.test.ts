import { describe, expect, it } from 'vitest'
import { fingerprintOf, makePlan } from '../../../src/engine/plan.ts'
import { phase, runOver, switches, switchTask } from '../../support/engine-run.ts'

const a = switchTask('a')
const b = switchTask('b', { needs: { a } })
const phases = [phase('one', a, b)]

describe('makePlan', () => {
  it('looks behind what is not there yet, with the output it will have', async () => {
    const world = switches({ b: 'off' })
    const steps = await makePlan(phases, runOver(world))
    expect(steps.map(step => [step.id, step.change])).toEqual([
      ['a', 'create'],
      ['b', 'repair'],
    ])
    expect(world.calls).toEqual(['observe a', 'observe b'])
  })

  it('says whose a thing is that it must not touch, and does not look behind it', async () => {
    const world = switches({ a: 'theirs' })
    const steps = await makePlan(phases, runOver(world))
    expect(steps).toMatchObject([
      { change: 'blocked', because: 'it belongs to somebody' },
      { change: 'create', because: 'after «a switched on»' },
    ])
  })

  it('has another fingerprint when it would do something else', async () => {
    const prints = await Promise.all(
      [switches(), switches({ a: 'on' }), switches({ a: 'off' }), switches({ a: 'dim' })].map(async world =>
        fingerprintOf(await makePlan(phases, runOver(world))),
      ),
    )
    expect(new Set(prints).size).toBe(4)
  })
})
