import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Platform } from '../platform/platform.ts'
import { untouched } from '../support/e2e/untouched.ts'

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
let platform: Platform
let folder: string

/** As a user who has the tarball and a kubeconfig, and no way to a registry. */
const npx = (...args: string[]) =>
  execa('npx', ['--offline', 'thinkube-langfuse', ...args], {
    cwd: folder,
    env: { HOME: folder, XDG_STATE_HOME: join(folder, 'state'), npm_config_cache: join(folder, 'cache') },
    stdin: 'ignore',
    timeout: 240_000,
    reject: false,
  })

beforeAll(async () => {
  platform = await untouched()
  const made = mkdtempSync(join(tmpdir(), 'thinkube-langfuse-pack-'))
  folder = mkdtempSync(join(tmpdir(), 'thinkube-langfuse-empty-'))
  // Built already; packing must not need anything but what is there.
  await execa('npm', ['pack', '--ignore-scripts', '--pack-destination', made], { cwd: resolve('.') })
  const tarball = join(made, `thinkube-langfuse-${version}.tgz`)
  await execa(
    'npm',
    ['install', '--offline', '--no-audit', '--no-fund', '--cache', join(folder, 'cache'), tarball],
    {
      cwd: folder,
    },
  )
})

describe('the tarball in an empty folder', () => {
  it('brings nothing but itself', async () => {
    const { stdout } = await execa('ls', ['node_modules'], { cwd: folder })
    expect(stdout.split('\n').filter(name => !name.startsWith('.'))).toEqual(['thinkube-langfuse'])
    const { stdout: files } = await execa('ls', ['node_modules/thinkube-langfuse'], { cwd: folder })
    expect(files.split('\n')).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'dist', 'package.json']),
    )
    expect(files).not.toMatch(/^(src|test|tasks|components)$/m)
  })

  it('knows its version', async () => {
    const { exitCode, stdout } = await npx('--version')
    expect([exitCode, stdout]).toEqual([0, `thinkube-langfuse ${version}`])
  })

  it('checks and installs with the rights of an operator', async () => {
    const checked = await npx('check', '--kubeconfig', platform.operatorKubeconfig)
    expect(checked.exitCode, checked.stdout + checked.stderr).toBe(0)
    const installed = await npx('install', '--yes', '--kubeconfig', platform.operatorKubeconfig)
    expect(installed.exitCode, installed.stdout + installed.stderr).toBe(0)
    expect(installed.stdout).toContain(`Langfuse works at https://langfuse.${platform.facts.domain}`)
    expect(installed.stdout).toMatch(/A trace sent by OpenTelemetry can be read back.*readable after/)
  })
})
