import { beforeAll, describe, expect, it } from 'vitest'
import type { Event } from '../../src/engine/events.ts'
import type { Platform } from '../platform/platform.ts'
import { type Ended, finishedSteps, lastEvent, start, succeeds } from '../support/e2e/installer.ts'
import { untouched } from '../support/e2e/untouched.ts'
import { exportWorld, type World } from '../support/e2e/world.ts'

let platform: Platform
let uninterrupted: World

const install = ['install', '--yes', '-o', 'ndjson'] as const

beforeAll(async () => {
  platform = await untouched()
  await succeeds(install, platform)
  uninterrupted = await exportWorld(platform)
})

const applying =
  (id: string) =>
  (event: Event): boolean =>
    event.type === 'step.applying' && event.id === id

const progressing =
  (id: string) =>
  (event: Event): boolean =>
    event.type === 'step.progressed' && event.id === id

/** Ends it in the middle of a step; what the ledger and the lock say stays behind. */
async function interrupt(
  signal: 'SIGKILL' | 'SIGINT',
  what: string,
  at: (event: Event) => boolean,
): Promise<Ended> {
  const running = start(install, platform)
  await running.sees(what, at)
  running.kill(signal)
  return running.ended
}

/** Who holds the lock now, as the Lease has it. */
const holder = (): Promise<string> =>
  platform.kubectl([
    ...['get', 'lease', '-n', 'thinkube-langfuse', 'langfuse', '-o', 'jsonpath={.spec.holderIdentity}'],
  ])

describe('the uninterrupted installation', () => {
  it('has everything, with the credentials that are in escrow', () => {
    expect(uninterrupted.logins).toEqual({ postgres: 'ok', clickhouse: 'ok' })
    expect(uninterrupted.keycloak).toMatchObject([
      { clientId: 'langfuse', secret: '<KEYCLOAK_CLIENT_SECRET>' },
    ])
    expect(uninterrupted.kubernetes).toMatchObject({
      'Secret langfuse-config': { data: { ENCRYPTION_KEY: '<ENCRYPTION_KEY>', SALT: '<SALT>' } },
      'Deployment langfuse': { spec: { replicas: 1 } },
      'Deployment langfuse-worker': { spec: { replicas: 1 } },
      'HTTPRoute langfuse-route': {},
    })
    expect(uninterrupted.keys).toHaveLength(11)
  })
})

/** One installation, interrupted again and again: each run goes on where the one before was stopped. */
describe('an interrupted installation', () => {
  beforeAll(untouched)

  it('settles on Ctrl-C, gives the lock back and says how to continue', async () => {
    const stopped = await interrupt('SIGINT', 'database/role', applying('database/role'))
    expect([stopped.code, stopped.signal]).toEqual([130, null])
    expect(lastEvent(stopped)).toMatchObject({ type: 'run.finished', status: 'cancelled', exitCode: 130 })
    expect(JSON.stringify(lastEvent(stopped))).toContain('thinkube-langfuse install')
    expect(await holder()).toBe('')
  })

  it.each([
    ['database/database', applying('database/database')],
    ['analytics/user', applying('analytics/user')],
    ['identity/keycloak-client', applying('identity/keycloak-client')],
    ['workload/web', progressing('workload/web')],
  ])('is killed in the middle of %s', async (id, at) => {
    const killed = await interrupt('SIGKILL', id, at)
    expect(killed.signal).toBe('SIGKILL')
    expect(killed.events.at(-1)?.type).not.toBe('run.finished')
    // The dead process still holds the lock; the next run on this machine does not wait for it.
    expect(await holder()).toMatch(/^.+@.+:\d+:\d+$/)
  })

  it('ends in the same place as an uninterrupted one', async () => {
    const started = performance.now()
    const running = start(install, platform)
    await running.sees('a change', ({ type }) => type === 'step.applying')
    // The lease of the dead lasts 30 s; preflight and plan are all that may pass before the first change.
    expect(performance.now() - started).toBeLessThan(25_000)
    const again = await running.ended
    expect(again.code, again.stderr).toBe(0)
    expect(lastEvent(again)).toMatchObject({ type: 'run.finished', status: 'ok' })
    const tasks = finishedSteps(again, 'task')
    expect(tasks.find(({ step }) => step.id === 'identity/keys')?.outcome).toBe('unchanged')
    expect(finishedSteps(again, 'verify').filter(({ outcome }) => outcome !== 'pass')).toEqual([])
    expect(await holder()).toBe('')
    expect(await exportWorld(platform)).toEqual(uninterrupted)
  })
})
