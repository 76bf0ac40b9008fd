import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { openTranscript, transcriptPath } from '../../../src/output/transcript.ts'
import { happy } from '../../support/recordings/runs.ts'

const folder = mkdtempSync(join(tmpdir(), 'transcript-'))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const never = (error: Error) => {
  throw error
}

it('has a name that sorts by time and is valid everywhere', () =>
  expect(
    transcriptPath('/s', { at: new Date('2026-11-24T17:58:47.123Z'), command: 'config view', run: '0a1b' }),
  ).toBe('/s/2026-11-24T17-58-47Z-config-view-0a1b.ndjson'))

it('is for its owner only and knows at once what it was told', () => {
  const transcript = openTranscript(join(folder, 'deep', 'run.ndjson'), never)
  const [first] = happy.envelopes
  transcript.on(first!)
  expect(readFileSync(transcript.path, 'utf8')).toBe(`${JSON.stringify(first)}\n`)
  expect(statSync(transcript.path).mode & 0o777).toBe(0o600)
  expect(statSync(join(folder, 'deep')).mode & 0o777).toBe(0o700)
  transcript.close()
  transcript.close()
})

it('ends, and the run goes on, when it cannot be written', () => {
  const file = `${folder}-file`
  writeFileSync(file, '')
  const errors: Error[] = []
  const transcript = openTranscript(join(file, 'run.ndjson'), error => errors.push(error))
  transcript.on(happy.envelopes[0]!)
  transcript.on(happy.envelopes[0]!)
  transcript.close()
  rmSync(file)
  expect(errors).toHaveLength(1)
})
