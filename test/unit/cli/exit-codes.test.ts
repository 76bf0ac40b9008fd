import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { decide } from '../../../src/cli/decide.ts'
import { EXIT_CODES, exitCodeOf, SIGNAL_EXIT_CODES } from '../../../src/cli/exit-codes.ts'
import type { RunStatus } from '../../../src/engine/events.ts'
import { exitCodeTable } from '../../support/write-docs.ts'

const STATUSES: Record<RunStatus, number> = {
  ok: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  bug: 4,
  unhealthy: 5,
  differences: 6,
  remains: 7,
  locked: 8,
  cancelled: 130,
}

it.each(Object.entries(STATUSES))('%s exits with %i', (status, code) => {
  expect(exitCodeOf(status as RunStatus)).toBe(code)
  expect(EXIT_CODES.map(one => one.code)).toContain(code)
})

it('tells the signals apart', () => {
  expect(exitCodeOf('cancelled', 'SIGTERM')).toBe(143)
  expect(exitCodeOf('cancelled', 'SIGHUP')).toBe(129)
  expect(EXIT_CODES.map(one => one.code)).toEqual(expect.arrayContaining(Object.values(SIGNAL_EXIT_CODES)))
})

it('is in the help, whole', () => {
  const help = decide(['--help'], {
    version: '0',
    columns: 110,
    stdinIsTty: false,
    stdoutIsTty: false,
    env: {},
  })
  for (const { code, means } of EXIT_CODES)
    expect(help).toMatchObject({
      text: expect.stringMatching(new RegExp(`^  ${code} +${means.replaceAll(/[()]/g, '\\$&')}$`, 'm')),
    })
})

it('is in the README, whole (npx tsx test/support/write-docs.ts)', () =>
  expect(readFileSync('README.md', 'utf8')).toContain(exitCodeTable()))
