import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Envelope } from '../../../src/engine/events.ts'
import { documentSchema } from '../../../src/output/document-schema.ts'
import { documentOf, jsonReader } from '../../../src/output/json.ts'
import { ndjsonReader } from '../../../src/output/ndjson.ts'
import { writeRefusal } from '../../../src/output/refusal.ts'
import { failing, happy, recordings, refused, rolledBack } from '../../support/recordings/runs.ts'
import { publishedSchema, SCHEMA_PATH } from '../../support/write-docs.ts'
import { collector, replay } from './collected.ts'

describe.each(recordings.map(one => [one.name, one.envelopes] as const))('%s', (_name, envelopes) => {
  it('is one document that follows the schema', () => {
    const out = collector()
    replay(jsonReader(out), envelopes)
    const document: unknown = JSON.parse(out.text())
    expect(documentSchema.strict().safeParse(document).error).toBeUndefined()
  })

  it('is one document wherever the run is cut off', () => {
    for (let length = 0; length < envelopes.length; length += 7) {
      const out = collector()
      replay(jsonReader(out), envelopes.slice(0, length))
      expect(documentSchema.parse(JSON.parse(out.text())).outcome).toMatchObject({
        status: 'bug',
        exitCode: 4,
      })
    }
  })

  it('is one envelope per line, the last one the end of the run', () => {
    const out = collector()
    replay(ndjsonReader(out), envelopes)
    const lines = out
      .text()
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as Envelope)
    expect(lines).toEqual(envelopes)
    const end = lines.findIndex(line => line.event.type === 'run.finished')
    // One recording is of a run that still goes on.
    expect([-1, lines.length - 1]).toContain(end)
  })
})

it('is published as it is', () =>
  expect(readFileSync(SCHEMA_PATH, 'utf8'), 'npx tsx test/support/write-docs.ts').toBe(publishedSchema()))

it('has verdicts for checks and outcomes for steps', () => {
  const document = documentOf(refused.envelopes)
  expect(document).toMatchObject({
    command: 'install',
    outcome: { status: 'refused', exitCode: 3 },
    steps: [],
  })
  expect(document.checks.filter(one => one.verdict === 'fail').map(one => one.problem?.code)).toEqual([
    'postgres/login-refused',
    'registry/image-missing',
    'kubernetes/no-endpoints',
  ])
  expect(document.checks.find(one => one.verdict === 'unknown')?.because).toBe(
    'the host is not reachable from here',
  )
  expect(documentOf(failing.envelopes).steps.at(-1)).toMatchObject({
    outcome: 'failed',
    problem: { kind: expect.any(String) },
  })
  expect(documentOf(rolledBack.envelopes).changes.map(one => one.change)).toContain('remove')
})

it('has the access, never its secrets', () => {
  const { access } = documentOf(happy.envelopes)
  expect(access).toMatchObject({
    url: 'https://langfuse.tk.test',
    publicKey: expect.stringMatching(/^lf_pk_/),
  })
  expect(Object.keys(access!)).not.toContain('secrets')
})

describe('what a command prints', () => {
  const keys = '{"LANGFUSE_SECRET_KEY":"lf_sk_1"}\n'

  it('is part of the one document', () => {
    const out = collector()
    const reader = jsonReader(out)
    reader.print!(keys)
    replay(reader, happy.envelopes)
    expect(documentSchema.strict().parse(JSON.parse(out.text())).result).toEqual({
      LANGFUSE_SECRET_KEY: 'lf_sk_1',
    })
  })

  it('is a line among the lines', () => {
    const out = collector()
    const reader = ndjsonReader(out)
    for (const envelope of happy.envelopes.slice(0, -1)) reader.on(envelope)
    reader.print!('KEY=1\n')
    reader.on(happy.envelopes.at(-1)!)
    const lines = out
      .text()
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as { event: unknown })
    expect(lines.at(-2)?.event).toEqual({ type: 'result', result: 'KEY=1\n' })
  })
})

describe('a run that did not begin', () => {
  const problem = { code: 'cli/usage', kind: 'invalid' as const, summary: 'No', nextSteps: ['Say yes'] }

  it.each(['plain', 'json', 'ndjson'] as const)('%s', mode => {
    const [out, err] = [collector(), collector()]
    expect(writeRefusal({ out, err }, { problem, status: 'usage', mode })).toBe(2)
    expect(err.text()).toContain('cli/usage')
    if (mode === 'plain') expect(out.text()).toBe('')
    if (mode === 'json') expect(documentSchema.parse(JSON.parse(out.text())).outcome.exitCode).toBe(2)
    if (mode === 'ndjson')
      expect(JSON.parse(out.text())).toMatchObject({ event: { type: 'run.finished', exitCode: 2 } })
  })
})
