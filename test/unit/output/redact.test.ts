import { describe, expect, it } from 'vitest'
import type { Event } from '../../../src/engine/events.ts'
import { createRedactor, HIDDEN } from '../../../src/output/redact.ts'

const SENTINEL = 'S€ntinel/pä+s "w\\ord'
const b64 = (text: string) => Buffer.from(text).toString('base64')

/** How a secret travels; each shape must be found. */
const SHAPES: Readonly<Record<string, (secret: string) => string>> = {
  'in clear': secret => `password is ${secret}.`,
  'in JSON': secret => JSON.stringify({ a: secret }),
  'in JSON in JSON': secret => JSON.stringify(JSON.stringify({ a: secret })),
  'in a URL': secret => `x?y=${encodeURIComponent(secret)}&z`,
  'in a URL, lower-case hex': secret =>
    encodeURIComponent(secret).replaceAll(/%../g, hex => hex.toLowerCase()),
  'in a form': secret => new URLSearchParams({ a: secret }).toString(),
  'in base64': secret => b64(secret),
  'in base64url': secret => Buffer.from(secret).toString('base64url'),
  'in base64 behind a user': secret => b64(`user:${secret}`),
  'in base64, shifted by one': secret => b64(`x${secret}y`),
  'in base64, shifted by two': secret => b64(`xy${secret}`),
  'between colours': secret => `\u001b[31m${secret}\u001b[0m`,
  'broken by a colour': secret => `${secret.slice(0, 4)}\u001b[1m${secret.slice(4)}`,
}

/** The shapes again, to look for what stayed behind. */
function leaks(text: string, secret: string): string[] {
  const core = b64(secret).slice(4, -4)
  return [secret, encodeURIComponent(secret), b64(secret), core].filter(one => text.includes(one))
}

describe.each(Object.entries(SHAPES))('a known secret %s', (_name, shape) => {
  it('is hidden', () => {
    const redactor = createRedactor()
    redactor.registerSecret(SENTINEL)
    const text = redactor.text(shape(SENTINEL))
    expect(leaks(text, SENTINEL)).toEqual([])
    expect(text).toContain(HIDDEN)
  })

  it('would be seen without redaction', () => expect(shape(SENTINEL)).not.toContain(HIDDEN))
})

it.each([
  ['a private key', '-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----', 'MIIB'],
  ['half a private key', '-----BEGIN PRIVATE KEY-----\nMIIB', 'MIIB'],
  ['a bearer token', 'Authorization: Bearer abcdefgh12345678', 'abcdefgh'],
  ['a basic login', '"authorization":"Basic dXNlcjpwYXNzd29yZA=="', 'dXNlcjp'],
  ['a token alone', 'sent bearer abcdefgh12345678', 'abcdefgh'],
  ['a Langfuse key', `key lf_sk_${'a'.repeat(64)}`, 'aaaa'],
  ['a Langfuse key of the newer form', 'sk-lf-12345678-1234', '12345678'],
  ['a connection string', 'postgresql://langfuse:hunter2@postgres:5432/db', 'hunter2'],
  ['a connection string without a user', 'redis://:hunter2@valkey:6379/1', 'hunter2'],
  ['a web token', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc_def-ghi', 'eyJzdWI'],
  ['a form field', 'grant_type=password&password=hunter2&client_secret=hunter3', 'hunter'],
  ['a JSON field', '{"client_secret" : "hunt\\"er2"}', 'er2'],
])('%s is hidden although nobody registered it', (_name, text, secret) => {
  const redacted = createRedactor().text(text)
  expect(redacted).not.toContain(secret)
  expect(redacted).toContain(HIDDEN)
})

it.each([
  'Secret postgres/postgres-admin',
  'password authentication failed for user "tkadmin"',
  '--postgres-password-file FILE',
  'The basic configuration is complete',
  'lf_pk_3f9c1be07d5a4e62b8a1c0d9e7f65432',
  'https://auth.tk.test/realms/thinkube',
  'Bearer of bad news',
])('«%s» stays as it is', text => expect(createRedactor().text(text)).toBe(text))

describe('control', () => {
  it.each([
    ['a window title', 'a\u001b]0;owned\u0007b', 'ab'],
    ['a wiped screen', 'a\u001b[2J\u001b[Hb', 'ab'],
    ['a C1 sequence', 'a\u009b2Jb', 'ab'],
    ['a bell and a backspace', 'a\u0007\bb', 'ab'],
    ['a tab', 'a\tb', 'a    b'],
    ['a carriage return', 'a\r\nb\rc', 'a\nbc'],
    ['a reversed direction', 'a\u202eb', 'ab'],
    ['a newline, which stays', 'a\nb', 'a\nb'],
  ])('%s', (_name, text, clean) => expect(createRedactor().text(text)).toBe(clean))
})

describe('events', () => {
  const step = { id: 'check', title: 'A check', kind: 'check', group: 'G' } as const
  const finished = (evidence: string): Event => ({
    type: 'step.finished',
    step,
    outcome: 'pass',
    durationMs: 1,
    evidence,
  })

  it('are redacted at any depth', () => {
    const redactor = createRedactor()
    redactor.registerSecret('SENTINEL-4711')
    const event: Event = {
      type: 'step.finished',
      step,
      outcome: 'fail',
      durationMs: 1,
      problem: {
        code: 'a/b',
        kind: 'invalid',
        summary: ['It is ', { value: 'SENTINEL-4711' }],
        detail: ['x SENTINEL-4711'],
        nextSteps: [[{ command: 'psql SENTINEL-4711' }]],
      },
    }
    expect(JSON.stringify(redactor.event(event))).not.toContain('SENTINEL')
    expect(JSON.stringify(createRedactor().event(event))).toContain('SENTINEL')
  })

  it('keep their shape even when a password is a word of ours', () => {
    const redactor = createRedactor()
    redactor.registerSecret('check')
    expect(redactor.event(finished('a check'))).toEqual({
      ...finished(`a ${HIDDEN}`),
      step: { ...step, title: `A ${HIDDEN}` },
    })
  })

  it('hide a private key that is logged line by line', () => {
    const redactor = createRedactor()
    const line = (text: string) => redactor.event({ type: 'step.logged', id: 's', line: text })
    const lines = [
      'before',
      '-----BEGIN PRIVATE KEY-----',
      'MIIEvQIBADANBg',
      '-----END PRIVATE KEY-----',
      'after',
    ]
    expect(lines.map(text => (line(text) as { line: string }).line)).toEqual([
      'before',
      `-----BEGIN PRIVATE KEY----- ${HIDDEN}`,
      HIDDEN,
      HIDDEN,
      'after',
    ])
  })

  it('hide each line of a secret of several lines', () => {
    const redactor = createRedactor()
    redactor.registerSecret('first-line-of-it\nsecond-line-of-it\n')
    expect(redactor.text('second-line-of-it')).toBe(HIDDEN)
  })
})
