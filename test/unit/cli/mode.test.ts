import { expect, it } from 'vitest'
import { type ModeFacts, modeOf } from '../../../src/cli/mode.ts'

const terminal: ModeFacts = {
  output: undefined,
  stdinIsTty: true,
  stdoutIsTty: true,
  env: { TERM: 'xterm-256color' },
}

it.each<[string, Partial<ModeFacts>, string]>([
  ['a terminal on both ends', {}, 'tui'],
  ['stdin from a pipe', { stdinIsTty: false }, 'plain'],
  ['stdout into a pipe', { stdoutIsTty: false }, 'plain'],
  ['CI', { env: { CI: 'true' } }, 'plain'],
  ['CI set to nothing, as Ink reads it', { env: { CI: '' } }, 'plain'],
  ['CI switched off', { env: { CI: 'false' } }, 'tui'],
  ['another CI variable', { env: { CONTINUOUS_INTEGRATION: '1' } }, 'plain'],
  ['a dumb terminal', { env: { TERM: 'dumb' } }, 'plain'],
  ['-o plain', { output: 'plain' }, 'plain'],
  ['-o json', { output: 'json' }, 'json'],
  ['-o ndjson in a pipe', { output: 'ndjson', stdoutIsTty: false }, 'ndjson'],
])('%s', (_case, facts, mode) => expect(modeOf({ ...terminal, ...facts })).toBe(mode))
