import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Platform } from '../platform/platform.ts'
import { describeWrite, type Mark, markNow, ofInstaller } from '../support/e2e/audit.ts'
import { escrowed, fingerprints } from '../support/e2e/escrow.ts'
import { type Ended, finishedSteps, lastEvent, succeeds } from '../support/e2e/installer.ts'
import { listeningSockets } from '../support/e2e/proc.ts'
import { untouched } from '../support/e2e/untouched.ts'
import { exportWorld } from '../support/e2e/world.ts'

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
let platform: Platform
const ndjson = (...args: string[]): Promise<Ended> =>
  succeeds([...args, '-o', 'ndjson'], { kubeconfig: platform.kubeconfig })

beforeAll(async () => {
  platform = await untouched()
})

describe('first light', () => {
  let first: Ended
  let installing: Mark
  let keys: Readonly<Record<string, string>>

  it('installs, and proves it with two traces', async () => {
    installing = await markNow(platform)
    first = await ndjson('install', '--yes')
    expect(lastEvent(first)).toMatchObject({ type: 'run.finished', status: 'ok', exitCode: 0 })
    const proofs = finishedSteps(first, 'verify')
    expect(proofs.map(({ step, outcome }) => `${step.id} ${outcome}`)).toEqual(
      expect.arrayContaining(['verify/otel-trace pass', 'verify/legacy-trace pass']),
    )
    for (const { evidence } of proofs.filter(({ step }) => step.id.endsWith('-trace')))
      expect(evidence).toMatch(/readable after .*, times as sent, \d+ \+ \d+ tokens/)
    expect(finishedSteps(first, 'task').every(({ outcome }) => outcome === 'created')).toBe(true)
    keys = fingerprints(await escrowed(platform))
  })

  it('signs its requests to the API server', async () => {
    const writes = await installing.writes()
    expect(writes.map(describeWrite)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^(patch|create) deployments langfuse\/langfuse /)]),
    )
    const agents = (await installing.events()).filter(ofInstaller).map(({ userAgent }) => userAgent)
    expect(new Set(agents)).toEqual(new Set([`thinkube-langfuse/${version}`]))
    // Its login is used by nobody else meanwhile.
    const users = new Set(writes.map(({ user }) => user?.username))
    expect(users.size).toBe(1)
    const others = (await installing.events()).filter(
      event => users.has(event.user?.username) && !ofInstaller(event),
    )
    expect(others).toEqual([])
  })

  it('never listens', async () => {
    expect(first.listened).toEqual([])
    // The same look finds a process that does.
    const listener = spawn(process.execPath, [
      '-e',
      "require('net').createServer().listen(0, '127.0.0.1', () => console.log('up'))",
    ])
    await once(listener.stdout, 'data')
    expect(listeningSockets(listener.pid!)).toHaveLength(1)
    listener.kill()
  })

  it('finds everything unchanged the second time, and writes nothing', async () => {
    expect(await installing.statements()).toEqual(
      expect.arrayContaining([expect.stringMatching(/^tkadmin@\S+: create database "?langfuse_db/i)]),
    )
    const mark = await markNow(platform)
    const second = await ndjson('install', '--yes')
    expect(lastEvent(second)).toMatchObject({ type: 'run.finished', status: 'ok' })
    const tasks = finishedSteps(second, 'task')
    expect(tasks.map(({ step }) => step.id)).toEqual(finishedSteps(first, 'task').map(({ step }) => step.id))
    expect(tasks.filter(({ outcome }) => outcome !== 'unchanged')).toEqual([])
    expect((await mark.writes()).map(describeWrite)).toEqual([])
    // What Langfuse itself says about the test traces is its own.
    expect((await mark.statements()).filter(line => !line.startsWith('langfuse@langfuse_db:'))).toEqual([])
  })

  it('takes it back, keeps the data, and installs again with the same keys', async () => {
    await ndjson('rollback', '--yes')
    const namespaces = await platform.kubectl(['get', 'namespaces', '-o', 'name'])
    expect(namespaces.split('\n')).not.toContain('namespace/langfuse')
    expect(namespaces.split('\n')).toContain('namespace/thinkube-langfuse')
    const check = await ndjson('check')
    expect(lastEvent(check)).toMatchObject({ status: 'ok' })
    expect(finishedSteps(check, 'check').filter(({ outcome }) => outcome !== 'pass')).toEqual([])

    const kept = await exportWorld(platform)
    expect(kept.postgres.filter(line => /^(role|database)\|/.test(line))).toHaveLength(2)
    expect(kept.postgres.filter(line => line.startsWith('table|')).length).toBeGreaterThan(10)
    expect(kept.clickhouse.tables).toContain('traces')
    expect(kept.buckets).toEqual(['langfuse-events', 'langfuse-media'])
    expect(kept.keycloak).toEqual([])
    expect(kept.logins).toEqual({ postgres: 'ok', clickhouse: 'ok' })
    expect(fingerprints(await escrowed(platform))).toEqual(keys)

    const again = await ndjson('install', '--yes')
    expect(lastEvent(again)).toMatchObject({ status: 'ok' })
    expect(finishedSteps(again, 'verify').filter(({ outcome }) => outcome !== 'pass')).toEqual([])
    expect(fingerprints(await escrowed(platform))).toEqual(keys)
  })
})
