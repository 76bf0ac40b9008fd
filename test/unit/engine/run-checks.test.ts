import { describe, expect, it } from 'vitest'
import { type Check, fail, pass } from '../../../src/engine/check.ts'
import { runChecks } from '../../../src/engine/run-checks.ts'
import { fakeClock, runOver, switches } from '../../support/engine-run.ts'

type Plain = Check<unknown>

const check = (id: string, run: Plain['run'], more: Partial<Plain> = {}): Plain => ({
  id,
  title: id,
  group: 'test',
  subject: id,
  run,
  ...more,
})
const problem = { code: 'test/bad', kind: 'invalid' as const, summary: 'Bad', nextSteps: ['Mend it'] }

const options = () => ({
  ...runOver(switches()),
  clock: {
    ...fakeClock(),
    sleep: (_: number, signal: AbortSignal) =>
      new Promise<void>((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
      ),
  },
  kind: 'check' as const,
})

describe('runChecks', () => {
  it('reports all problems in one go', async () => {
    const reports = await runChecks(
      [
        check('a', async () => fail(problem)),
        check('b', async () => pass('fine')),
        check('c', async () => fail(problem)),
      ],
      options(),
    )
    expect(reports.map(report => report.result.is)).toEqual(['fail', 'pass', 'fail'])
  })

  it('says why one was not run', async () => {
    const a = check('a', async () => fail(problem))
    const b = check('b', async () => pass('never'), { after: [a] })
    const reports = await runChecks([b, a], options())
    expect(reports[0]?.result).toEqual({ is: 'skipped', because: 'not run, because «a» did not pass' })
  })

  it('cuts off one that hangs, aborts it, and lets the others be', async () => {
    let aborted = false
    const hanging = check(
      'a',
      ({ signal }) =>
        new Promise(() =>
          signal.addEventListener('abort', () => {
            aborted = true
          }),
        ),
    )
    const late = { ...options(), clock: { ...fakeClock(), sleep: async () => undefined } }
    const [report] = await runChecks([hanging], late)
    expect(report?.result).toMatchObject({ is: 'fail', problem: { code: 'check/timeout', kind: 'timeout' } })
    expect(aborted).toBe(true)
  })

  it('does not call a check that fails itself a failure of what it looks at', async () => {
    const [report] = await runChecks(
      [
        check('a', async () => {
          throw new Error('boom')
        }),
      ],
      options(),
    )
    expect(report?.result).toMatchObject({ is: 'unknown', because: 'the check itself failed' })
  })
})
