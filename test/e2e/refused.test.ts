import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { documentSchema } from '../../src/output/document-schema.ts'
import type { Platform } from '../platform/platform.ts'
import { describeWrite, markNow } from '../support/e2e/audit.ts'
import { run } from '../support/e2e/installer.ts'
import { type RemovedTag, removeTag } from '../support/e2e/registry.ts'
import { untouched } from '../support/e2e/untouched.ts'

let platform: Platform
let tag: RemovedTag | undefined
const clickhouse = ['-n', 'clickhouse', 'statefulset/chi-clickhouse-clickhouse-0-0']
const pods = ['-n', 'clickhouse', '-l', 'app.kubernetes.io/name=clickhouse']

beforeAll(async () => {
  platform = await untouched()
  await platform.kubectl(['scale', ...clickhouse, '--replicas=0'])
  await platform.kubectl(['wait', 'pod', ...pods, '--for=delete', '--timeout=120s'])
  tag = await removeTag(platform, 'library/langfuse-worker', '3.113.0')
})

afterAll(async () => {
  try {
    await tag?.restore()
  } finally {
    await platform.kubectl(['scale', ...clickhouse, '--replicas=1'])
  }
  await platform.kubectl(['rollout', 'status', ...clickhouse, '--timeout=180s'])
})

const BROKEN = {
  'preflight/postgres': 'postgres/',
  'preflight/clickhouse': '',
  'preflight/images': 'registry/image-missing',
}

describe('three things that are wrong at once', () => {
  it('are all named, and nothing is changed', async () => {
    const wrong = 'Not-The-Right-Password-4711'
    const file = join(mkdtempSync(join(tmpdir(), 'thinkube-langfuse-e2e-')), 'password')
    writeFileSync(file, `${wrong}\n`, { mode: 0o600 })
    const mark = await markNow(platform)

    const ended = await run(['install', '--yes', '-o', 'json', '--postgres-password-file', file], platform)
    expect(ended.code).toBe(3)
    const document = documentSchema.strict().parse(JSON.parse(ended.stdout))
    expect(document.outcome).toMatchObject({ status: 'refused', exitCode: 3 })
    const failed = document.checks.filter(({ verdict }) => verdict === 'fail')
    expect(failed.map(({ id }) => id).sort()).toEqual(Object.keys(BROKEN).sort())
    expect(document.checks.filter(({ verdict }) => verdict !== 'fail' && verdict !== 'pass')).toEqual([])
    expect(document.checks.length).toBeGreaterThanOrEqual(10)
    for (const { id, problem } of failed) {
      expect(problem?.code).toContain(BROKEN[id as keyof typeof BROKEN])
      expect(problem?.nextSteps.length).toBeGreaterThan(0)
    }
    expect(document.steps).toEqual([])
    expect(document.changes).toEqual([])

    expect((await mark.writes()).map(describeWrite)).toEqual([])
    expect(await mark.statements()).toEqual([])
    const namespaces = (await platform.kubectl(['get', 'namespaces', '-o', 'name'])).split('\n')
    expect(namespaces.filter(name => name.includes('langfuse'))).toEqual([])
    expect(ended.stdout + ended.stderr + ended.transcript).not.toContain(wrong)
  })
})
