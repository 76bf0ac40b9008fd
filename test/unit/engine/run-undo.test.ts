import { expect, it } from 'vitest'
import { runUndo } from '../../../src/engine/run-undo.ts'
import { outcomes, runOver, switches, switchTask } from '../../support/engine-run.ts'

it('removes, keeps with the reason, and says what was not there', async () => {
  const world = switches({ a: 'on', b: 'on' })
  const run = runOver(world)
  const result = await runUndo([switchTask('a'), switchTask('b', { keep: 'data' }), switchTask('c')], run)
  expect(result).toEqual({ removed: 1, left: [], cancelled: false })
  expect(outcomes(run.events)).toEqual(['a removed', 'b kept', 'c nothing'])
  expect(world.values.has('b')).toBe(true)
  expect(run.ledger.written).toMatchObject([{ task: 'a', state: 'undone' }])
})

it('goes on after one that cannot be taken back, and names it', async () => {
  const world = switches({ a: 'on', b: 'on' })
  const run = runOver(world)
  const broken = {
    ...switchTask('a'),
    undo: async () => {
      throw new Error('boom')
    },
  }
  const result = await runUndo([broken, switchTask('b')], run)
  expect(result.removed).toBe(1)
  expect(result.left).toMatchObject([{ because: 'engine/bug' }])
})
