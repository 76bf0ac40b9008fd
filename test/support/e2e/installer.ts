import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Envelope, Event } from '../../../src/engine/events.ts'
import { PROGRAM } from '../program.ts'
import { watchProcess } from './proc.ts'

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  /** Of a run with `-o ndjson`. */
  readonly events: readonly Event[]
  readonly transcript: string
  /** Sockets on which the process ever listened, as `address:port` in hexadecimal. */
  readonly listened: readonly string[]
  /** Everything that `/proc/PID/{cmdline,environ}` ever showed. */
  readonly visible: string
}

export interface Installer {
  readonly pid: number
  kill(signal: NodeJS.Signals): void
  /** Resolves with the first event that fits; rejects, with what was captured, when none comes. */
  sees(what: string, fits: (event: Event) => boolean): Promise<Event>
  readonly ended: Promise<Ended>
}

export interface StartOptions {
  readonly kubeconfig: string
  readonly env?: Readonly<Record<string, string>>
  readonly seconds?: number
}

/** Starts the built program in pipes, with a home of its own. What it says is in every error. */
export function start(args: readonly string[], options: StartOptions): Installer {
  const { kubeconfig, env = {}, seconds = 180 } = options
  const home = mkdtempSync(join(tmpdir(), 'thinkube-langfuse-e2e-'))
  const child = spawn(process.execPath, [PROGRAM, ...args, '--kubeconfig', kubeconfig], {
    cwd: home,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: home, XDG_STATE_HOME: join(home, 'state'), LANG: 'C.UTF-8', ...env },
  })
  const pid = child.pid
  if (pid === undefined) throw new Error(`${process.execPath} does not start`)
  const watched = watchProcess(pid)
  let [stdout, stderr] = ['', '']
  const captured = () =>
    `thinkube-langfuse ${args.join(' ')}\n--- stdout\n${stdout.slice(-6000)}\n--- stderr\n${stderr.slice(-3000)}`
  const events: Event[] = []
  let over = false
  const waiting = new Set<() => void>()
  let rest = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines)
      if (line.startsWith('{"v":1,')) events.push((JSON.parse(line) as Envelope).event)
    for (const look of waiting) look()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const ended = new Promise<Ended>((resolve, reject) => {
    const late = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`not finished after ${seconds} s: ${captured()}`))
    }, seconds * 1000)
    child.once('error', reject)
    child.once('close', (code, signal) => {
      clearTimeout(late)
      over = true
      const { listened, visible } = watched.stop()
      resolve({ code, signal, stdout, stderr, events, transcript: transcriptIn(home), listened, visible })
      for (const look of waiting) look()
    })
  })
  return {
    pid,
    kill: signal => child.kill(signal),
    ended,
    sees: (what, fits) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = events.find(fits)
          if (!found && !over) return
          waiting.delete(look)
          if (found) resolve(found)
          else reject(new Error(`it ended before ${what}: ${captured()}`))
        }
        waiting.add(look)
        look()
      }),
  }
}

/** One run to its end. */
export const run = (args: readonly string[], options: StartOptions): Promise<Ended> =>
  start(args, options).ended

/** One run that has to end well; its words are in the error when it does not. */
export async function succeeds(args: readonly string[], options: StartOptions): Promise<Ended> {
  const ended = await run(args, options)
  if (ended.code !== 0)
    throw new Error(
      `thinkube-langfuse ${args.join(' ')} exits ${ended.code ?? ended.signal}\n${ended.stdout.slice(-6000)}\n${ended.stderr.slice(-3000)}`,
    )
  return ended
}

export type Finished = Extract<Event, { type: 'step.finished' }>

export const finishedSteps = ({ events }: Ended, kind: Finished['step']['kind']): readonly Finished[] =>
  events.filter((event): event is Finished => event.type === 'step.finished' && event.step.kind === kind)

export function lastEvent({ events, stdout }: Ended): Event {
  const last = events.at(-1)
  if (!last) throw new Error(`no event in: ${stdout.slice(-2000)}`)
  return last
}

function transcriptIn(home: string): string {
  return readdirSync(home, { recursive: true })
    .map(String)
    .filter(name => name.endsWith('.ndjson'))
    .map(name => readFileSync(join(home, name), 'utf8'))
    .join('')
}
