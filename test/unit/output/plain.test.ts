import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { flatten } from '../../../src/engine/problem.ts'
import { type PlainOptions, plainReader } from '../../../src/output/plain.ts'
import { happy, recordings, refused, rolledBack, talkative } from '../../support/recordings/runs.ts'
import type { Recording } from '../../support/recordings/tape.ts'
import { collector, replay } from './collected.ts'

const looks: Omit<PlainOptions, 'out' | 'err'> = {
  columns: 100,
  colour: false,
  unicode: true,
  quiet: false,
  verbose: false,
}

function shown({ envelopes }: Recording, more: Partial<typeof looks> = {}): { out: string; err: string } {
  const [out, err] = [collector(), collector()]
  replay(plainReader({ ...looks, ...more, out, err }), envelopes)
  return { out: out.text(), err: err.text() }
}

describe.each(recordings.map(one => [one.name, one] as const))('%s', (_name, recording) => {
  const finished = recording.envelopes.map(one => one.event).filter(event => event.type === 'step.finished')

  it('has no terminal control without colour, and the same words with it', () => {
    const { out, err } = shown(recording)
    expect(stripVTControlCharacters(out + err)).toBe(out + err)
    expect(stripVTControlCharacters(shown(recording, { colour: true }).out)).toBe(out)
  })

  it('has a line for every step, and for every problem what to do next', () => {
    const { out } = shown(recording)
    for (const { step, problem, evidence } of finished) {
      expect(out).toContain(step.kind === 'undo' && evidence ? evidence : step.title)
      if (problem) expect(out).toContain(`code: ${problem.code}`)
    }
  })

  it('tells failures on stderr too', () => {
    const { err } = shown(recording)
    for (const { outcome, problem } of finished)
      if (problem && (outcome === 'fail' || outcome === 'failed'))
        expect(err).toContain(`${flatten(problem.summary)} [${problem.code}]`)
  })

  it('quiet: problems and the result, nothing that went well', () => {
    const { out } = shown(recording, { quiet: true })
    for (const { step, outcome } of finished) {
      const line = out.split('\n').find(one => one.includes(` ${step.title}`) && /✓|=/.test(one))
      if (outcome === 'pass' || outcome === 'created' || outcome === 'unchanged') expect(line).toBeUndefined()
    }
  })

  it('writes ASCII where the terminal can do no more', () => {
    const ours = shown(recording, { unicode: false }).out
    // What comes from the cluster may hold anything; our own signs may not.
    expect(ours).not.toMatch(/[✓✗–…·→«»‹›]/)
  })
})

it('a refused run', () => {
  const { out } = shown(refused)
  expect(out.slice(out.indexOf('Pre-flight'))).toMatchInlineSnapshot(`
    "Pre-flight
      ✓ ok        We may create what is needed – 24 of 24 allowed
      ✓ ok        The public host has a way in – 192.0.2.10, by Gateway.status.addresses
      ✗ FAIL      PostgreSQL accepts connections  (0.1 s)
                  PostgreSQL refuses the password of tkadmin
                    The server said: password authentication failed for user "tkadmin" (28P01)
                  → Give the right one with
                      thinkube-langfuse install --postgres-password-file FILE
                  → Compare Secret postgres/postgres-admin with the password the server was started
                    with
                  code: postgres/login-refused
      – skipped   A role and a database can be created – not run, because «PostgreSQL accepts connections» did not pass
      – skipped   ClickHouse manages users by SQL – not run, because «ClickHouse accepts connections» did not pass
      ✓ ok        Valkey accepts connections – 8.1.1, 14 of 16 indexes free
      ✓ ok        Keycloak accepts the administrator – 26.1.4 as tkadmin
      ✓ ok        The realm has a user with an e-mail address – tkuser@tk.test
      ✗ FAIL      The worker image exists  (0.1 s)
                  library/langfuse-worker:3.113.0 is not in the registry
                  → Mirror the image into Harbor, or choose a version that both images have with
                    --langfuse-version 3.173.0
                  code: registry/image-missing
      ✓ ok        The API server answers – v1.34.4, 31 ms
      ? unknown   The certificate covers the host – the host is not reachable from here  (0.1 s)
      ✗ FAIL      ClickHouse accepts connections  (0.1 s)
                  No pod stands behind Service clickhouse/clickhouse
                    EndpointSlice clickhouse/clickhouse-x7k2p has no ready address
                    StatefulSet clickhouse/clickhouse has 0 of 1 replicas
                  → Start it:
                      kubectl -n clickhouse scale statefulset clickhouse --replicas=1
                  code: kubernetes/no-endpoints
      ✓ ok        S3 accepts the access key – 2 buckets
      ✓ ok        The web image exists – langfuse:3.113.0

    14 checks: 8 ok, 3 failed, 1 not looked at, 2 skipped
    ✗ Refused, nothing was changed, after 1 min 36 s: 3 checks failed
    → Mend these, in this order, and run the same command again
    exit code 3
    "
  `)
})

it('stands commands and addresses alone on a line', () => {
  const lines = shown(happy)
    .out.split('\n')
    .map(line => line.trim())
  expect(lines).toContain('https://langfuse.tk.test')
  expect(lines).toContain('thinkube-langfuse credentials --reveal')
})

it('counts what a rollback removes and keeps', () =>
  expect(shown(rolledBack).out).toContain('8 to remove, 8 kept'))

it('shows the log of a step only when asked', () => {
  expect(shown(talkative).out).not.toContain('\n    | ')
  expect(shown(talkative, { verbose: true }).out).toContain('\n    | ')
})
