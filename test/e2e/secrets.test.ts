import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { createBus } from '../../src/engine/bus.ts'
import type { Event } from '../../src/engine/events.ts'
import { jsonReader } from '../../src/output/json.ts'
import { ndjsonReader } from '../../src/output/ndjson.ts'
import { plainReader } from '../../src/output/plain.ts'
import { openTranscript } from '../../src/output/transcript.ts'
import { systemClock } from '../../src/system-clock.ts'
import type { Platform } from '../platform/platform.ts'
import { postgresLog } from '../support/e2e/audit.ts'
import { type Ended, succeeds } from '../support/e2e/installer.ts'
import { leaks, redactorFor, secretValues } from '../support/e2e/secrets.ts'
import { untouched } from '../support/e2e/untouched.ts'

let platform: Platform
let secrets: Readonly<Record<string, string>>
let plain: Ended
let json: Ended

beforeAll(async () => {
  platform = await untouched()
  plain = await succeeds(['install', '--yes', '-v', '-o', 'plain'], platform)
  // So that the second run has secrets to write, too.
  await platform.kubectl(['delete', 'secret', '-n', 'langfuse', 'langfuse-config', 'langfuse-oauth-secret'])
  json = await succeeds(['install', '--yes', '-v', '-o', 'json'], platform)
  secrets = await secretValues(platform)
})

describe('a secret', () => {
  it('is nowhere that a run leaves words', async () => {
    const sources = {
      'stdout, plain': plain.stdout,
      'transcript, plain': plain.transcript,
      '/proc of the installer, plain': plain.visible,
      'stdout, json': json.stdout,
      'stderr, json': json.stderr,
      'transcript, json': json.transcript,
      '/proc of the installer, json': json.visible,
      'the ledger': await platform.kubectl([
        ...['get', 'configmap', '-n', 'thinkube-langfuse', 'ledger-langfuse', '-o', 'yaml'],
      ]),
      'events of Kubernetes': await platform.kubectl(['get', 'events', '-A', '-o', 'yaml']),
      'the log of PostgreSQL': withoutKeycloak(await postgresLog(platform)),
      'the audit log': await platform.auditLog(),
    }
    // Each source speaks of this installation: an empty one would prove nothing.
    for (const [name, text] of Object.entries(sources)) expect(text, name).toContain('langfuse')
    expect(Object.keys(secrets)).toHaveLength(11)
    expect(leaks({ ...sources, 'stderr, plain': plain.stderr }, secrets)).toEqual([])
  })

  it('would be found by the same search if nothing hid it', () => {
    const names = Object.keys(secrets)
    const open = leaks(
      spoken(event => event),
      secrets,
    )
    for (const face of ['plain', 'json', 'ndjson', 'transcript'])
      for (const name of names) expect(open).toContain(`${name} as plain text in ${face}`)
    expect(open).toEqual(expect.arrayContaining([expect.stringMatching(/as base64 in transcript$/)]))
    const redactor = redactorFor(secrets)
    expect(
      leaks(
        spoken(event => redactor.event(event)),
        secrets,
      ),
    ).toEqual([])
  })
})

/**
 * Keycloak keeps a client's secret in clear, and a server that logs statements logs its parameters: whoever creates a
 * client on such a server, by whatever means, has it there.
 */
const withoutKeycloak = (log: string): string =>
  log
    .split('\n')
    .filter(line => !/ \S+@keycloak /.test(line))
    .join('\n')

/** Every face of a run in which a step says all secrets aloud: in its log, in its evidence and in its problem. */
function spoken(redact: (event: Event) => Event): Readonly<Record<string, string>> {
  const written = { plain: '', json: '', ndjson: '' }
  const sink = (face: keyof typeof written) => ({
    open: true,
    write(text: string) {
      written[face] += text
    },
  })
  const path = join(mkdtempSync(join(tmpdir(), 'thinkube-langfuse-e2e-')), 'run.ndjson')
  const transcript = openTranscript(path, error => {
    throw error
  })
  const bus = createBus({ run: 'run', clock: systemClock, redact })
  const readers = [
    transcript,
    plainReader({
      out: sink('plain'),
      err: undefined,
      columns: 500,
      colour: false,
      unicode: true,
      quiet: false,
      verbose: true,
    }),
    jsonReader(sink('json'), 'install'),
    ndjsonReader(sink('ndjson')),
  ]
  for (const reader of readers) bus.subscribe(envelope => reader.on(envelope))
  const step = { id: 'a/b', title: 'A step', kind: 'task', group: 'g' } as const
  bus.emit({ type: 'phase.started', id: 'a', title: 'A phase', kind: 'task', steps: [step] })
  bus.emit({ type: 'step.started', step })
  for (const [name, value] of Object.entries(secrets)) {
    bus.emit({ type: 'step.logged', id: step.id, line: `${name}: ${value}` })
    bus.emit({ type: 'step.logged', id: step.id, line: `data: ${Buffer.from(value).toString('base64')}` })
    bus.emit({ type: 'notice', text: `postgresql://langfuse:${encodeURIComponent(value)}@host/db` })
  }
  const all = Object.values(secrets).join(' ')
  const problem = {
    code: 'a/b',
    kind: 'invalid',
    summary: 'It says',
    detail: [all],
    nextSteps: [all],
  } as const
  bus.emit({ type: 'step.finished', step, outcome: 'failed', durationMs: 1, problem })
  bus.emit({ type: 'run.finished', status: 'failed', exitCode: 1, durationMs: 1, problem, next: [all] })
  for (const reader of readers) reader.close()
  return { ...written, transcript: readFileSync(path, 'utf8') }
}
