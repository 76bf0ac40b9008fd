import { expect, it } from 'vitest'
import { withDeadline } from '../../../src/engine/deadline.ts'
import { fakeClock } from '../../support/engine-run.ts'

const problem = () => ({
  code: 'test/late',
  kind: 'timeout' as const,
  summary: 'Too late',
  nextSteps: ['Wait'],
})
const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
  )

it('throws its Problem when the time is up', async () => {
  await expect(
    withDeadline({ clock: fakeClock(), signal: new AbortController().signal, ms: 10, problem }, untilAborted),
  ).rejects.toMatchObject({ problem: { code: 'test/late' } })
})

it('lets an interruption be an interruption', async () => {
  const stop = new AbortController()
  const clock = { ...fakeClock(), sleep: (_: number, signal: AbortSignal) => untilAborted(signal) }
  const waiting = withDeadline({ clock, signal: stop.signal, ms: 10, problem }, untilAborted)
  stop.abort()
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
})
