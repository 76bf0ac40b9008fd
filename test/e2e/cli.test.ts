import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Envelope } from '../../src/engine/events.ts'
import { documentSchema } from '../../src/output/document-schema.ts'
import { PROGRAM, run } from '../support/program.ts'

beforeAll(() => {
  if (!existsSync(PROGRAM)) throw new Error('the program is not built: npm run build')
})

const lines = (text: string): Envelope[] =>
  text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Envelope)

describe('the start', () => {
  it('takes less than 300 ms for --version', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cpu-'))
    const hook = join(folder, 'hook.cjs')
    writeFileSync(
      hook,
      `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(join(folder, 'used'))}, JSON.stringify(process.cpuUsage())))`,
    )
    const { code, stdout } = await run(['--version'], { env: { NODE_OPTIONS: `--require ${hook}` } })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^thinkube-langfuse \d+\.\d+\.\d+\n$/)
    // Computing time, which is all that a start consists of: a busy machine does not change it much.
    const { user, system } = JSON.parse(readFileSync(join(folder, 'used'), 'utf8')) as NodeJS.CpuUsage
    expect((user + system) / 1000).toBeLessThan(300)
  })

  it('loads neither an SDK nor the screen for --help', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'coverage-'))
    await run(['--help'], { env: { NODE_V8_COVERAGE: folder } })
    const coverage = readdirSync(folder).map(
      file => JSON.parse(readFileSync(join(folder, file), 'utf8')) as { result: { url: string }[] },
    )
    const loaded = coverage
      .flatMap(one => one.result.map(({ url }) => url))
      .filter(url => url.startsWith('file:'))
    const bytes = loaded.reduce((sum, url) => sum + readFileSync(new URL(url)).length, 0)
    expect(loaded.map(url => basename(url))).toContain('main.js')
    expect(bytes).toBeLessThan(250_000)
  })

  it('tells an old Node what is wanted', () => {
    const pretend = `Object.defineProperty(process.versions, 'node', { value: '18.20.4' }); require(${JSON.stringify(PROGRAM)})`
    const { status, stderr } = spawnSync(process.execPath, ['-e', pretend], { encoding: 'utf8' })
    expect(stderr).toBe('thinkube-langfuse needs Node.js 20.19 or newer; this is 18.20.4.\n')
    expect(status).toBe(2)
  })
})

describe('usage', () => {
  it('is shown when there is no terminal and no verb', async () => {
    const { code, stdout, stderr } = await run([])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain('Usage: thinkube-langfuse')
  })

  it('refuses a password on the command line without repeating it', async () => {
    const { code, stdout, stderr, transcripts } = await run(['install', '--postgres-password=SENTINEL-4711'])
    expect(code).toBe(2)
    expect(stderr).toContain('--postgres-password-file FILE')
    expect(stdout + stderr + transcripts.join()).not.toContain('SENTINEL')
  })

  it.each([
    ['instal'],
    ['install', '--contxt', 'x'],
    ['install', '--timeout', 'soon'],
    ['check', '--only', 'nothing', '--rehearse'],
  ])('exits 2 for %s %s', async (...args) => expect((await run(args)).code).toBe(2))

  it('answers in JSON to whom asked for it', async () => {
    const { code, stdout } = await run(['instal', '-o', 'json'])
    expect(code).toBe(2)
    expect(documentSchema.parse(JSON.parse(stdout)).outcome).toMatchObject({ status: 'usage', exitCode: 2 })
  })

  it('refuses without a kubeconfig, in every form, and changes nothing', async () => {
    const plain = await run(['check'])
    expect(plain.code).toBe(3)
    expect(plain.stderr).toContain('kubernetes/no-kubeconfig')
    const json = await run(['check', '-o', 'json'])
    expect(json.code).toBe(3)
    expect(documentSchema.parse(JSON.parse(json.stdout))).toMatchObject({
      command: 'check',
      outcome: { exitCode: 3 },
    })
    const ndjson = await run(['check', '-o', 'ndjson'])
    expect(lines(ndjson.stdout).at(-1)!.event).toMatchObject({ type: 'run.finished', exitCode: 3 })
  })
})

describe('a rehearsed installation', () => {
  it('says the same in three forms', async () => {
    const [plain, json, ndjson] = await Promise.all([
      run(['install', '--rehearse', '--yes']),
      run(['install', '--rehearse', '--yes', '-o', 'json']),
      run(['install', '--rehearse', '--yes', '-o', 'ndjson']),
    ])
    expect([plain.code, json.code, ndjson.code]).toEqual([0, 0, 0])
    const document = documentSchema.strict().parse(JSON.parse(json.stdout))
    const finished = lines(ndjson.stdout)
      .map(one => one.event)
      .filter(event => event.type === 'step.finished')
    expect(finished.map(({ step, outcome }) => `${step.id} ${outcome}`).sort()).toEqual(
      [
        ...document.checks.map(one => `${one.id} ${one.verdict}`),
        ...document.steps.map(one => `${one.id} ${one.outcome}`),
      ].sort(),
    )
    for (const { step } of finished) expect(plain.stdout).toContain(step.title)
    expect(lines(ndjson.stdout).at(-1)!.event.type).toBe('run.finished')
  })

  it('needs a yes where nobody can be asked', async () => {
    const { code, stderr } = await run(['install', '--rehearse'])
    expect(code).toBe(3)
    expect(stderr).toContain('--yes')
  })

  it('goes on when its reader leaves, and keeps the record', async () => {
    let left = false
    const { code, transcripts } = await run(['install', '--rehearse', '--yes'], {
      onStdout: (_text, child) => {
        if (!left) child.stdout!.destroy()
        left = true
      },
    })
    expect(code).toBe(0)
    expect(lines(transcripts[0]!).at(-1)!.event).toMatchObject({ type: 'run.finished', status: 'ok' })
  })

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('settles on %s with a last word', async (signal, exitCode) => {
    let sent = false
    const { code, stdout } = await run(['install', '--rehearse', '--yes', '-o', 'ndjson'], {
      onStdout: (text, child) => {
        if (!sent && text.includes('step.applying')) {
          child.kill(signal)
          sent = true
        }
      },
    })
    expect(code).toBe(exitCode)
    expect(lines(stdout).at(-1)!.event).toMatchObject({ type: 'run.finished', status: 'cancelled', exitCode })
  })

  it('ends within two seconds of its last word', async () => {
    let last = 0
    await run(['check', '--rehearse', '-o', 'ndjson'], {
      onStdout: text => {
        if (!last && text.includes('"run.finished"')) last = performance.now()
      },
    })
    expect(last).toBeGreaterThan(0)
    expect(performance.now() - last).toBeLessThan(2000)
  })

  it('keeps a given password out of everything it writes', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'secret-')), 'password')
    writeFileSync(file, 'SENTINEL-4711\n')
    const { stdout, stderr, transcripts } = await run(
      ['check', '--rehearse', '-v', '--postgres-password-file', file],
      { env: { THINKUBE_LANGFUSE_VALKEY_PASSWORD: 'SENTINEL-4712' } },
    )
    expect(transcripts).toHaveLength(1)
    expect(stdout + stderr + transcripts.join()).not.toContain('SENTINEL')
    expect(stdout).toContain('--postgres-password-file')
  })
})

describe('credentials', () => {
  const shown = ['credentials', '--rehearse=installed', '--reveal']

  it('prints what a shell can read and nothing else', async () => {
    const { code, stdout } = await run(shown)
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^LANGFUSE_HOST=\S+\nLANGFUSE_PUBLIC_KEY=lf_pk_\w+\nLANGFUSE_SECRET_KEY=lf_sk_\w+\n$/,
    )
  })

  it('is one document in JSON, and stays out of the record', async () => {
    const { stdout, transcripts } = await run([...shown, '-o', 'json'])
    const { result } = documentSchema.parse(JSON.parse(stdout))
    const { LANGFUSE_SECRET_KEY: secret } = result as Record<string, string>
    expect(secret).toMatch(/^lf_sk_/)
    expect(transcripts).toHaveLength(1)
    expect(transcripts[0]).not.toContain(secret)
  })

  it('is one line among the lines of NDJSON', async () => {
    const { stdout } = await run([...shown, '-o', 'ndjson'])
    expect(lines(stdout).map(one => one.event.type as string)).toContain('result')
    expect(lines(stdout).at(-1)!.event.type).toBe('run.finished')
  })
})

describe('the package', () => {
  it('installs by itself from its tarball: no dependencies, no scripts', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'package-'))
    const npm = (...args: string[]) =>
      execFileSync('npm', args, { encoding: 'utf8', cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    // The program is built already; packing must not build it anew under the other tests.
    const [packed] = JSON.parse(npm('pack', resolve('.'), '--json', '--ignore-scripts')) as {
      filename: string
      files: { path: string }[]
    }[]
    const paths = packed!.files.map(file => file.path)
    expect(paths).toEqual(
      expect.arrayContaining([
        'dist/bin.cjs',
        'dist/main.js',
        'LICENSE',
        'README.md',
        'CHANGELOG.md',
        'THIRD-PARTY-NOTICES.txt',
      ]),
    )
    expect(paths.filter(path => /^(src|test|tasks|components)\//.test(path))).toEqual([])
    writeFileSync(join(folder, 'package.json'), '{}')
    npm('install', '--offline', '--no-audit', packed!.filename)
    expect(readdirSync(join(folder, 'node_modules')).filter(name => !name.startsWith('.'))).toEqual([
      'thinkube-langfuse',
    ])
    expect(npm('exec', '--offline', '--', 'thinkube-langfuse', '--version')).toMatch(/^thinkube-langfuse \d/)
  })
})
