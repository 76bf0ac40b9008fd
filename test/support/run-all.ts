import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { attach, down, up } from '../platform/platform.ts'
import { type Counts, countsOf, lastLine, sum, table } from './counts.ts'

/** `npm test`: everything, counted by the runner. Goes on after a failure, so that one run shows all of them. */

const PROJECTS = ['unit', 'laws', 'component', 'contract', 'e2e'] as const
const NEEDS_PLATFORM: ReadonlySet<string> = new Set(['contract', 'e2e'])
const PASSED: Counts = { passed: 1, failed: 0 }
const FAILED: Counts = { passed: 0, failed: 1 }

const reports = mkdtempSync(join(tmpdir(), 'thinkube-langfuse-test-'))

async function run(command: string, args: readonly string[]): Promise<number> {
  console.log(`\n$ ${[command, ...args].join(' ')}`)
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(signal ? 1 : (code ?? 1)))
  })
}

const tool = (name: string) => join('node_modules', '.bin', name)

const step =
  (command: string, ...args: string[]) =>
  async (): Promise<Counts> =>
    (await run(tool(command), args)) === 0 ? PASSED : FAILED

async function project(name: string): Promise<Counts> {
  const report = join(reports, `${name}.json`)
  const code = await run(tool('vitest'), [
    'run',
    '--project',
    name,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ])
  return countsOf(readReport(report), code)
}

/** Undefined when the runner ended before it could write one. */
function readReport(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

async function platform(): Promise<Counts> {
  try {
    await up()
    return PASSED
  } catch (error) {
    console.error(`the platform cannot start: ${error instanceof Error ? error.message : String(error)}`)
    return FAILED
  }
}

const wasUp = attach() !== undefined
const parts: { name: string; counts: Counts; seconds: number }[] = []
async function part(name: string, work: () => Promise<Counts>): Promise<Counts> {
  const started = performance.now()
  const counts = await work()
  parts.push({ name, counts, seconds: (performance.now() - started) / 1000 })
  return counts
}

await part('lint', step('biome', 'check', '.'))
await part('types', step('tsc', '--noEmit'))
await part('build', step('tsx', 'esbuild.config.ts'))
for (const name of PROJECTS.filter(one => !NEEDS_PLATFORM.has(one))) await part(name, () => project(name))
const started = await part('platform', platform)
for (const name of PROJECTS.filter(one => NEEDS_PLATFORM.has(one))) {
  await part(name, async () => (started.failed > 0 ? FAILED : project(name)))
}
// A platform that was up before belongs to somebody who is working with it.
if (!wasUp) {
  await part('platform down', async () => {
    await down()
    return PASSED
  })
}

rmSync(reports, { recursive: true })
const total = sum(parts.map(({ counts }) => counts))
console.log(`\n${table(parts)}\n${lastLine(total)}`)
process.exitCode = total.failed === 0 ? 0 : 1
