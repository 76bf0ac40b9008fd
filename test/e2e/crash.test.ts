import { beforeAll, describe, expect, it } from 'vitest'
import type { Event } from '../../src/engine/events.ts'
import { attach, type Platform, reset } from '../platform/platform.ts'
import { type Ended, finishedSteps, lastEvent, start, succeeds } from '../support/e2e/installer.ts'
import { exportWorld, type World } from '../support/e2e/world.ts'

let platform: Platform
let uninterrupted: World

const install = ['install', '--yes', '-o', 'ndjson'] as const

beforeAll(async () => {
  await reset()
  platform = attach()!
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

async function endsAsUninterrupted(): Promise<Ended> {
  const again = await succeeds(install, platform)
  expect(lastEvent(again)).toMatchObject({ type: 'run.finished', status: 'ok' })
  expect(finishedSteps(again, 'verify').filter(({ outcome }) => outcome !== 'pass')).toEqual([])
  expect(await exportWorld(platform)).toEqual(uninterrupted)
  return again
}

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

describe('a run that was killed', () => {
  it.each([
    [
      'while it makes the database, the user of ClickHouse and the client',
      [
        ['database/database', applying('database/database')],
        ['analytics/user', applying('analytics/user')],
        ['identity/keycloak-client', applying('identity/keycloak-client')],
      ],
    ],
    ['while the web starts', [['workload/web', progressing('workload/web')]]],
  ] as const)('%s ends, run again, in the same place', async (_, points) => {
    await reset()
    for (const [id, at] of points) {
      const killed = await interrupt('SIGKILL', id, at)
      expect(killed.signal).toBe('SIGKILL')
      expect(killed.events.at(-1)?.type).not.toBe('run.finished')
      // The dead process still holds the lock; the next run on this machine does not wait for it.
      expect(await holder()).toMatch(/^.+@.+:\d+:\d+$/)
    }
    const again = await endsAsUninterrupted()
    const outcomes = Object.fromEntries(
      finishedSteps(again, 'task').map(({ step, outcome }) => [step.id, outcome]),
    )
    expect(outcomes['identity/keys']).toBe('unchanged')
    expect(await holder()).toBe('')
  })

  it('settles on Ctrl-C, and continues', async () => {
    await succeeds(['rollback', '--yes', '-o', 'ndjson'], platform)
    const stopped = await interrupt('SIGINT', 'workload/web', progressing('workload/web'))
    expect([stopped.code, stopped.signal]).toEqual([130, null])
    expect(lastEvent(stopped)).toMatchObject({ type: 'run.finished', status: 'cancelled', exitCode: 130 })
    expect(JSON.stringify(lastEvent(stopped))).toContain('thinkube-langfuse install')
    expect(await holder()).toBe('')
    await endsAsUninterrupted()
  })
})
