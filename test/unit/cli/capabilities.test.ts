import { expect, it } from 'vitest'
import { capabilitiesOf, type DisplayFlags } from '../../../src/cli/capabilities.ts'

const see = (env: Record<string, string>, flags: DisplayFlags = {}, stdoutIsTty = true) =>
  capabilitiesOf(flags, { env, stdoutIsTty, columns: 100, rows: 30 })

it.each<[string, boolean, boolean]>([
  ['a terminal', see({}).colour, true],
  ['a pipe', see({}, {}, false).colour, false],
  ['NO_COLOR', see({ NO_COLOR: '1' }).colour, false],
  ['NO_COLOR empty', see({ NO_COLOR: '' }).colour, true],
  ['NO_COLOR against FORCE_COLOR', see({ NO_COLOR: '1', FORCE_COLOR: '3' }).colour, false],
  ['FORCE_COLOR in a pipe', see({ FORCE_COLOR: '1' }, {}, false).colour, true],
  ['FORCE_COLOR=0', see({ FORCE_COLOR: '0' }).colour, false],
  ['--no-color', see({ FORCE_COLOR: '3' }, { color: false }).colour, false],
  ['a dumb terminal', see({ TERM: 'dumb' }).colour, false],
])('colour: %s', (_case, actual, wanted) => expect(actual).toBe(wanted))

it.each<[string, boolean, boolean]>([
  ['no locale', see({}).unicode, true],
  ['UTF-8', see({ LANG: 'de_DE.UTF-8' }).unicode, true],
  ['the C locale', see({ LANG: 'C' }).unicode, false],
  ['LC_ALL wins', see({ LANG: 'C', LC_ALL: 'C.utf8' }).unicode, true],
  ['the Linux console', see({ TERM: 'linux', LANG: 'en_US.UTF-8' }).unicode, false],
  ['--ascii', see({ LANG: 'en_US.UTF-8' }, { ascii: true }).unicode, false],
])('unicode: %s', (_case, actual, wanted) => expect(actual).toBe(wanted))

it('has a size even where the terminal reports none', () =>
  expect(capabilitiesOf({}, { env: {}, stdoutIsTty: true, columns: 0, rows: undefined })).toMatchObject({
    columns: 80,
    rows: 24,
  }))

it('moves nothing for a screen reader', () =>
  expect(see({}, { screenReader: true })).toMatchObject({ screenReader: true, reducedMotion: true }))
