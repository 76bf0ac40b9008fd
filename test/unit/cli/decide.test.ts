import { describe, expect, it } from 'vitest'
import { decide } from '../../../src/cli/decide.ts'
import type { Invocation } from '../../../src/cli/invocation.ts'
import { flatten } from '../../../src/engine/problem.ts'

const facts = { version: '1.2.3', columns: 100, stdinIsTty: false, stdoutIsTty: false, env: {} }
const on = (line: string, more: Partial<typeof facts> = {}) =>
  decide(line.split(' ').filter(Boolean), { ...facts, ...more })
const terminal = { stdinIsTty: true, stdoutIsTty: true }

function refused(invocation: Invocation): string {
  if (invocation.is !== 'refused') throw new Error(`expected a refusal, got ${JSON.stringify(invocation)}`)
  const { code, summary, detail = [], nextSteps } = invocation.problem
  return [code, summary, ...detail, ...nextSteps].map(flatten).join('\n')
}

describe('verbs', () => {
  it.each([
    'install',
    'check',
    'plan',
    'rollback',
    'credentials',
    'config view',
    'debug history',
    'debug unlock',
  ])('understands %s', line => expect(on(line)).toEqual({ is: 'run', verb: line, flags: {}, mode: 'plain' }))

  it('knows rollback by its other name', () =>
    expect(on('uninstall --dry-run')).toMatchObject({ verb: 'rollback', flags: { dryRun: true } }))

  it('opens the wizard on a terminal', () =>
    expect(on('', terminal)).toEqual({ is: 'run', verb: 'wizard', flags: {}, mode: 'tui' }))

  it('shows the help and exits 2 when there is nobody to guide', () => {
    expect(on('')).toMatchObject({ is: 'help', exitCode: 2, text: expect.stringContaining('Exit codes:') })
    expect(on('', { ...terminal, env: { CI: 'true' } })).toMatchObject({ is: 'help', exitCode: 2 })
  })

  it('answers in JSON that a verb is missing', () =>
    expect(on('-o json')).toMatchObject({ is: 'refused', mode: 'json', problem: { code: 'cli/no-verb' } }))

  it.each(['--version', '-V', 'version', 'install --version'])('prints the version for %s', line =>
    expect(on(line)).toEqual({ is: 'help', text: 'thinkube-langfuse 1.2.3\n', exitCode: 0 }),
  )

  it.each(['--help', '-h', 'help', 'help rollback', 'rollback --help', 'config -h'])('helps for %s', line =>
    expect(on(line)).toMatchObject({ is: 'help', exitCode: 0, text: expect.stringContaining('Usage:') }),
  )

  it('does not offer what does not exist yet', () => {
    const invocation = on('--help')
    const text = invocation.is === 'help' ? invocation.text : ''
    expect(text).not.toMatch(/^ {2}(status|test|diagnose|logs|connect|bundle|explain|wizard)\b/m)
  })
})

describe('flags', () => {
  it('stand before or after the verb', () => {
    const flags = { context: 'a', yes: true }
    expect(on('--context a install -y')).toMatchObject({ verb: 'install', flags })
    expect(on('install --yes --context=a')).toMatchObject({ verb: 'install', flags })
  })

  it('are only those that were said', () => {
    expect(on('install --no-color --no-input')).toMatchObject({ flags: { color: false, input: false } })
    expect(on('install')).toEqual({ is: 'run', verb: 'install', flags: {}, mode: 'plain' })
  })

  it('take lists by commas and by repetition', () =>
    expect(on('check --only a,b --only c')).toMatchObject({ flags: { only: ['a', 'b', 'c'] } }))

  it('do not take a verb for a scenario', () => {
    expect(on('--rehearse install')).toMatchObject({ verb: 'install', flags: { rehearse: 'fresh' } })
    expect(on('--rehearse=no-valkey check')).toMatchObject({
      verb: 'check',
      flags: { rehearse: 'no-valkey' },
    })
  })

  it.each([
    ['install --timeout soon', '90s, 10m or 1h30m'],
    ['install -o xml', 'plain, json, ndjson'],
    ['install -n Langfuse', 'lower-case'],
    ['install --context', 'needs a value'],
    ['completion', 'SHELL'],
    ['install now', 'too many words'],
    ['debug', 'one more word'],
    ['completion tcsh', 'bash, zsh, fish'],
  ])('refuses %s', (line, why) => expect(refused(on(line))).toContain(why))
})

describe('did you mean', () => {
  it.each([
    ['instal', 'install'],
    ['uninstal', 'uninstall'],
    ['debug histry', 'history'],
    ['install --contxt x', '--context'],
    ['check --onli x', '--only'],
  ])('%s → %s', (line, meant) => expect(refused(on(line))).toContain(`Did you mean ${meant}?`))

  it('says nothing when nothing is near', () =>
    expect(refused(on('xylophone'))).not.toContain('Did you mean'))
})

describe('secrets', () => {
  const secret = 'SENTINEL-4711'
  it.each([
    `install --postgres-password=${secret}`,
    `install --postgres-password ${secret}`,
    `--s3-secret-key=${secret} check`,
    `install --api-key=${secret}`,
    `install --keycloak-admin-password=${secret}`,
    `install -o json --valkey-password=${secret}`,
  ])('%s is refused with the reason and without the value', line => {
    const invocation = on(line)
    expect(refused(invocation)).toContain('cli/secret-in-flag')
    expect(JSON.stringify(invocation)).not.toContain(secret)
  })

  it.each([
    `install --tmeout=${secret}`,
    `install --timeout=${secret}`,
    `plan --output=${secret}`,
    `install -z${secret}`,
  ])('a refusal of %s does not repeat the value', line =>
    expect(JSON.stringify(on(line))).not.toContain(secret),
  )

  it('may stand in a file', () =>
    expect(on('install --postgres-password-file p')).toMatchObject({ flags: { postgresPasswordFile: 'p' } }))
})
