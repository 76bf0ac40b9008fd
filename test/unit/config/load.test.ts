import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { OverridingFlags } from '../../../src/config/collect.ts'
import { environmentName, KEYS } from '../../../src/config/keys.ts'
import { loadOverrides, type Overrides } from '../../../src/config/load.ts'
import { flatten, ProblemError } from '../../../src/engine/problem.ts'

interface Given {
  readonly files?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  readonly flags?: OverridingFlags & { readonly config?: string }
}

const DEFAULT = '/home/ann/.config/thinkube-langfuse/config.yaml'

function load({ files = {}, env = {}, flags = {} }: Given): Promise<Overrides> {
  return loadOverrides({
    flags,
    env,
    cwd: '/folder',
    defaultFile: DEFAULT,
    readFile: async path => files[path] ?? Promise.reject(Object.assign(new Error('no'), { code: 'ENOENT' })),
  })
}

async function refusal(given: Given): Promise<string> {
  const thrown = await load(given).then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(thrown instanceof ProblemError)) throw new Error(`expected a Problem, got ${String(thrown)}`)
  const { code, summary, detail = [] } = thrown.problem
  return [code, summary, ...detail].map(flatten).join('\n')
}

it('gives nothing when nothing was given', async () => {
  const overrides = await load({})
  expect(overrides.settings).toEqual([])
  expect(overrides.text('domain')).toBeUndefined()
})

describe('the later source wins, each value with its origin', () => {
  const files = { [DEFAULT]: 'domain: file.test\nnamespace: from-file\nlangfuse:\n  version: 3.1.0\n' }
  const env = { THINKUBE_LANGFUSE_NAMESPACE: 'from-env', THINKUBE_LANGFUSE_VERSION: '3.2.0' }

  it('file, environment, flag', async () => {
    const overrides = await load({ files, env, flags: { langfuseVersion: '3.3.0' } })
    expect(overrides.text('domain')).toEqual({ value: 'file.test', origin: DEFAULT })
    expect(overrides.text('namespace')).toEqual({ value: 'from-env', origin: '$THINKUBE_LANGFUSE_NAMESPACE' })
    expect(overrides.text('langfuse.version')).toEqual({ value: '3.3.0', origin: '--langfuse-version' })
  })

  it('reads the file that is named instead of the usual one', async () => {
    const more = { ...files, '/folder/other.yaml': 'domain: other.test' }
    expect((await load({ files: more, flags: { config: 'other.yaml' } })).text('domain')?.value).toBe(
      'other.test',
    )
    const byVariable = await load({ files: more, env: { THINKUBE_LANGFUSE_CONFIG: '/folder/other.yaml' } })
    expect(byVariable.text('domain')?.value).toBe('other.test')
  })

  it('turns durations into milliseconds', async () =>
    expect((await load({ flags: { timeout: '1m30s' } })).text('timeoutMs')?.value).toBe('90000'))
})

describe('secrets', () => {
  const files = {
    '/folder/pw': 'SENTINEL-1\n',
    '/etc/t/pw': 'SENTINEL-2',
    '/etc/t/c.yaml': 'postgres:\n  passwordFile: pw\n',
  }

  it('come from a file beside the settings, from the environment, or from a file that a flag names', async () => {
    const secretOf = async (given: Given) => (await load({ files, ...given })).secret('postgres.password')
    expect((await secretOf({ flags: { postgresPasswordFile: 'pw' } }))?.value.reveal()).toBe('SENTINEL-1')
    expect((await secretOf({ flags: { config: '/etc/t/c.yaml' } }))?.value.reveal()).toBe('SENTINEL-2')
    const env = { THINKUBE_LANGFUSE_POSTGRES_PASSWORD: 'SENTINEL-3' }
    expect((await secretOf({ env }))?.value.reveal()).toBe('SENTINEL-3')
    expect((await secretOf({ env, flags: { postgresPasswordFile: 'pw' } }))?.value.reveal()).toBe(
      'SENTINEL-1',
    )
  })

  it('do not show themselves', async () => {
    const overrides = await load({ files, flags: { postgresPasswordFile: 'pw' } })
    expect(JSON.stringify(overrides)).not.toContain('SENTINEL')
    expect(overrides.settings).toEqual([
      { key: 'postgres.password', value: 'hidden', origin: '--postgres-password-file' },
    ])
    expect(overrides.text('postgres.password')).toBeUndefined()
  })

  it.each<[string, Given, string]>([
    [
      'in the settings file',
      { files: { [DEFAULT]: 'postgres: { password: SENTINEL }' } },
      'postgres.passwordFile',
    ],
    ['in a file that is missing', { flags: { postgresPasswordFile: 'nowhere' } }, 'it is not there'],
    [
      'empty',
      { files: { '/folder/pw': '\n' }, flags: { valkeyPasswordFile: 'pw' } },
      'valkey.password (--valkey-password-file) wants not empty',
    ],
    [
      'given twice',
      {
        env: { THINKUBE_LANGFUSE_S3_SECRET_KEY: 'SENTINEL', THINKUBE_LANGFUSE_S3_SECRET_KEY_FILE: 'x' },
        files: { '/folder/x': 'SENTINEL' },
      },
      'are both set',
    ],
  ])('are refused %s', async (_case, given, why) => {
    const told = await refusal(given)
    expect(told).toContain(why)
    expect(told).not.toContain('SENTINEL')
  })
})

describe('refused', () => {
  it('says everything that is wrong at once, never the values', async () => {
    const told = await refusal({
      files: { [DEFAULT]: 'domian: a.test\nlangfuse:\n  defaultRole: KING\n  project: [1]\n' },
      env: { THINKUBE_LANGFUSE_POSTGRES_DATABSE: 'x' },
      flags: { timeout: 'SENTINEL' },
    })
    expect(told).toMatchInlineSnapshot(`
      "config/invalid
      5 settings are not valid
      There is no setting domian: did you mean domain?
      There is no setting langfuse.project: did you mean langfuse.project.id?
      There is no variable THINKUBE_LANGFUSE_POSTGRES_DATABSE: did you mean THINKUBE_LANGFUSE_POSTGRES_DATABASE?
      langfuse.defaultRole (/home/ann/.config/thinkube-langfuse/config.yaml) wants one of OWNER, ADMIN, MEMBER, VIEWER, NONE
      timeout (--timeout) wants a duration such as 90s, 10m or 1h30m"
    `)
  })

  it.each<[string, Given, string]>([
    [
      'a file that was named and is missing',
      { flags: { config: 'x.yaml' } },
      '/folder/x.yaml cannot be read: it is not there',
    ],
    [
      'what is not YAML, without quoting it',
      { files: { [DEFAULT]: 'domain: a.test\nkey: "SENTINEL' } },
      'line 2',
    ],
    ['a list', { files: { [DEFAULT]: '- domain' } }, 'holds no settings'],
    [
      'a certificate that is none',
      { files: { '/folder/ca': 'SENTINEL' }, flags: { tlsCaFile: 'ca' } },
      'certificates in PEM',
    ],
  ])('%s', async (_case, given, why) => {
    const told = await refusal(given)
    expect(told).toContain(why)
    expect(told).not.toContain('SENTINEL')
  })

  it('leaves variables alone that only share the prefix', async () =>
    expect(
      (await load({ env: { THINKUBE_LANGFUSE_SERVICE_HOST: '10.0.0.1', THINKUBE_LANGFUSE_CACHE: '/c' } }))
        .settings,
    ).toEqual([]))
})

describe('keys', () => {
  it('have names in the environment that do not collide', () => {
    const names = Object.keys(KEYS).map(environmentName)
    expect(new Set(names).size).toBe(names.length)
    expect(environmentName('s3.secretKey')).toBe('THINKUBE_LANGFUSE_S3_SECRET_KEY')
    expect(environmentName('langfuse.user.email')).toBe('THINKUBE_LANGFUSE_USER_EMAIL')
  })

  it('are all asked for: a setting that nobody reads would be a lie', () => {
    const folder = 'src/platform/discovery'
    const source = readdirSync(folder)
      .map(file => readFileSync(`${folder}/${file}`, 'utf8'))
      .join('\n')
    const unread = Object.entries(KEYS)
      .map(([key, { as }]) => (as ?? key).replace(/^resources\.(web|worker)\./, ''))
      .filter(name => !source.includes(`'${name}'`))
    expect(unread).toEqual([])
  })
})
