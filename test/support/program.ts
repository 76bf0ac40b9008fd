import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** The built program, as a person's shell would start it. */
export const PROGRAM = resolve('dist/bin.cjs')

export interface Ran {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly milliseconds: number
  /** The records that the run left, oldest first. */
  readonly transcripts: readonly string[]
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Called with all of stdout so far; may send signals. */
  readonly onStdout?: (text: string, child: ReturnType<typeof spawn>) => void
}

/** Runs it in pipes, with a home of its own and nothing from the environment of the tests. */
export async function run(
  args: readonly string[],
  { env = {}, cwd, onStdout }: RunOptions = {},
): Promise<Ran> {
  const home = mkdtempSync(join(tmpdir(), 'thinkube-langfuse-home-'))
  const started = performance.now()
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd: cwd ?? home,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: home, XDG_STATE_HOME: join(home, 'state'), LANG: 'C.UTF-8', ...env },
  })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    onStdout?.(stdout, child)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  return new Promise((settle, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) =>
      settle({
        code,
        signal,
        stdout,
        stderr,
        milliseconds: performance.now() - started,
        transcripts: transcriptsIn(home),
      }),
    )
  })
}

function transcriptsIn(home: string): string[] {
  const folder = join(home, 'state', 'thinkube-langfuse')
  const names = readdirSync(join(home), { recursive: true })
    .map(String)
    .filter(name => name.endsWith('.ndjson'))
  return names.length === 0
    ? []
    : readdirSync(folder)
        .sort()
        .map(name => readFileSync(join(folder, name), 'utf8'))
}
