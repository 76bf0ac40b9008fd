import { describe, expect, it } from 'vitest'
import { ProblemError } from '../../../src/engine/problem.ts'
import { runTasks } from '../../../src/engine/run-tasks.ts'
import { outcomes, phase, runOver, switches, switchTask } from '../../support/engine-run.ts'

const unreachable = new ProblemError({
  code: 'test/unreachable',
  kind: 'unreachable',
  summary: 'It is away',
  nextSteps: ['Wait'],
})

describe('runTasks', () => {
  it('makes what is absent, mends what drifted, and leaves the rest alone', async () => {
    const world = switches({ b: 'off', c: 'on' })
    const run = runOver(world)
    const result = await runTasks(
      [phase('one', switchTask('a'), switchTask('b')), phase('two', switchTask('c'))],
      run,
    )
    expect(result).toEqual({ is: 'done', changed: 2 })
    expect(outcomes(run.events)).toEqual(['a created', 'b repaired', 'c unchanged'])
    expect([...world.values.values()]).toEqual(['on', 'on', 'on'])
  })

  it('writes nothing, not even into the ledger, when all is as wanted', async () => {
    const world = switches({ a: 'on' })
    const run = runOver(world)
    await runTasks([phase('one', switchTask('a'))], run)
    expect(world.calls).toEqual(['observe a'])
    expect(run.ledger.written).toEqual([])
  })

  it('tells the ledger before the change', async () => {
    const world = switches()
    const run = runOver(world)
    const seen: string[] = []
    const a = switchTask('a', {
      apply: async services => {
        seen.push(...run.ledger.written.map(entry => entry.state))
        services.values.set('a', 'on')
      },
    })
    await runTasks([phase('one', a)], run)
    expect(seen).toEqual(['applying'])
    expect(run.ledger.written.map(entry => entry.state)).toEqual(['applying', 'applied'])
  })

  it('gives a dependant the output of what it needs', async () => {
    const a = switchTask('a')
    const world = switches()
    await runTasks([phase('one', a, switchTask('b', { needs: { a } }))], runOver(world))
    expect(world.values.get('b')).toBe('on')
  })

  it('never touches what belongs to somebody else', async () => {
    const world = switches({ a: 'theirs' })
    const run = runOver(world)
    const result = await runTasks([phase('one', switchTask('a'), switchTask('b'))], run)
    expect(result).toMatchObject({ is: 'failed', problem: { code: 'task/foreign', nextSteps: ['Ask them'] } })
    expect(world.calls).toEqual(['observe a'])
  })

  it('calls a change that does not show a failure', async () => {
    const result = await runTasks(
      [phase('one', switchTask('a', { apply: async () => undefined }))],
      runOver(switches()),
    )
    expect(result).toMatchObject({ is: 'failed', problem: { code: 'task/no-effect' } })
  })

  it('tries again what can heal, with one event per attempt', async () => {
    let failures = 2
    const a = switchTask('a', {
      apply: async services => {
        if (failures-- > 0) throw unreachable
        services.values.set('a', 'on')
      },
    })
    const run = runOver(switches())
    expect(await runTasks([phase('one', a)], run)).toMatchObject({ is: 'done' })
    expect(run.events.filter(event => event.type === 'step.retrying')).toMatchObject([
      { attempt: 1, waitMs: 1_000 },
      { attempt: 2, waitMs: 2_000 },
    ])
  })

  it('does not try again what cannot heal', async () => {
    const refused = new ProblemError({
      code: 'test/forbidden',
      kind: 'forbidden',
      summary: 'No',
      nextSteps: ['Ask'],
    })
    const run = runOver(switches())
    const world = run.services
    const a = switchTask('a', {
      apply: async () => {
        throw refused
      },
    })
    expect(await runTasks([phase('one', a)], run)).toMatchObject({
      is: 'failed',
      problem: { code: 'test/forbidden' },
    })
    expect(world.calls.filter(call => call === 'apply a')).toHaveLength(1)
  })

  it('treats an interruption as an outcome, starts nothing more, and can be resumed', async () => {
    const stop = new AbortController()
    const world = switches()
    const a = switchTask('a', {
      apply: async services => {
        stop.abort()
        services.values.set('a', 'on')
        stop.signal.throwIfAborted()
      },
    })
    const phases = [phase('one', a, switchTask('b'))]
    const interrupted = runOver(world, stop.signal)
    expect(await runTasks(phases, interrupted)).toMatchObject({ is: 'cancelled', changed: 0 })
    expect(outcomes(interrupted.events)).toEqual(['a cancelled'])
    expect(await runTasks(phases, runOver(world))).toEqual({ is: 'done', changed: 1 })
  })

  it('names a thrown value that is no Problem a bug, without its properties', async () => {
    const a = switchTask('a', {
      apply: async () => {
        throw Object.assign(new Error('boom'), { key: 'very secret' })
      },
    })
    const result = await runTasks([phase('one', a)], runOver(switches()))
    expect(result).toMatchObject({ is: 'failed', problem: { kind: 'bug', code: 'engine/bug' } })
    expect(JSON.stringify(result)).not.toContain('very secret')
  })

  it('stops before the write when the lock is lost', async () => {
    const world = switches()
    const run = {
      ...runOver(world),
      fence: async () => {
        throw new ProblemError({ code: 'lock/lost', kind: 'conflict', summary: 'Lost', nextSteps: ['Again'] })
      },
    }
    expect(await runTasks([phase('one', switchTask('a'))], run)).toMatchObject({
      is: 'failed',
      problem: { code: 'lock/lost' },
    })
    expect(world.calls).not.toContain('apply a')
    expect(run.ledger.written).toEqual([])
  })
})
