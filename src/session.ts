import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { exitCodeOf } from './cli/exit-codes.ts'
import type { Flags, RunInvocation, Verb } from './cli/invocation.ts'
import type { Mode } from './cli/mode.ts'
import type { Ending } from './commands/ending.ts'
import { type Cluster, connect } from './connect.ts'
import { createBus } from './engine/bus.ts'
import type { Ask, Emit } from './engine/events.ts'
import type { Ledger, LedgerEntry } from './engine/ledger.ts'
import { isAbort, ProblemError, problemOf, raise } from './engine/problem.ts'
import type { RunOptions } from './engine/step-context.ts'
import { type Face, openFace } from './face.ts'
import { createRedactor } from './output/redact.ts'
import { openTranscript, transcriptFolder, transcriptPath } from './output/transcript.ts'
import type { EscrowKey } from './platform/escrow/port.ts'
import type { Services } from './platform/services.ts'
import type { Lock } from './platform/state/lock.ts'
import type { Signals } from './signals.ts'
import { systemClock } from './system-clock.ts'

export interface Io {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
}

/** Lock and ledger of a run that changes something. */
export interface OpenState {
  readonly lock: Lock
  readonly ledger: Ledger
  fence(): Promise<void>
}

/** What a command works with. */
export interface Session {
  readonly flags: Flags
  readonly mode: Mode
  readonly run: string
  readonly signal: AbortSignal
  readonly emit: Emit
  /** Absent when nobody can be asked. */
  readonly ask: Ask | undefined
  readonly services: Services
  /** As to be typed to continue this run. */
  readonly commandLine: string
  runOptions(): RunOptions<Services>
  openState(): Promise<OpenState>
  ledgerEntries(signal: AbortSignal): Promise<ReadonlyMap<string, LedgerEntry>>
  /** Onto stdout, past the event stream and its redaction. */
  print(text: string): void
  /** Mode 0600; refuses to overwrite. */
  writeSecretFile(path: string, text: string): Promise<void>
}

/** One run from the first word to the exit code. */
export async function runSession(invocation: RunInvocation, io: Io, signals: Signals): Promise<number> {
  const started = systemClock.monotonic()
  const run = randomBytes(4).toString('hex')
  const redactor = createRedactor()
  const bus = createBus({ run, clock: systemClock, redact: event => redactor.event(event) })
  const { flags, verb } = invocation
  const path = flags.logFile ?? transcriptPath(transcriptFolder(), { at: new Date(), command: verb, run })
  const transcript = openTranscript(path, error =>
    bus.emit({ type: 'notice', text: `The record of this run cannot be written: ${error.message}` }),
  )
  bus.subscribe(envelope => transcript.on(envelope))

  let cluster: Cluster | undefined
  const reveal = async (name: string): Promise<string> =>
    (await cluster?.services.escrow.read(AbortSignal.timeout(10_000)))?.get(name as EscrowKey)?.reveal() ??
    raise(notKnown(name))
  const face = await openFace({ invocation, io, bus, signals, reveal })

  // From the lock on the cluster may have been changed.
  let touched = false
  const touch = () => {
    touched = true
  }
  const ending = await (async (): Promise<Ending> => {
    cluster = await connect({ invocation, io, redactor, run, emit: bus.emit, signal: signals.signal })
    const command = await commandFor(verb)
    return command(sessionOf({ invocation, signals, bus, face, run, touch }, cluster))
  })().catch(thrown => endingOf(thrown, touched))

  const status = signals.received() && ending.status !== 'ok' ? 'cancelled' : ending.status
  const exitCode = exitCodeOf(status, signals.received())
  const log = ending.problem && ending.status !== 'usage' ? [[`The whole record: `, { path }]] : []
  bus.emit({
    type: 'run.finished',
    status,
    exitCode,
    durationMs: systemClock.monotonic() - started,
    ...(ending.reason && { reason: ending.reason }),
    ...(ending.problem && { problem: ending.problem }),
    next: [...(ending.next ?? []), ...log],
  })
  await face.finished()
  await cluster?.close()
  transcript.close()
  return exitCode
}

/** Loaded when they are needed: `--help` and `--version` never come here, and no command needs another. */
async function commandFor(verb: Verb): Promise<(session: Session) => Promise<Ending>> {
  switch (verb) {
    case 'wizard':
    case 'install':
      return (await import('./commands/install.ts')).install
    case 'check':
      return (await import('./commands/check.ts')).check
    case 'plan':
      return (await import('./commands/plan.ts')).plan
    case 'rollback':
      return (await import('./commands/rollback.ts')).rollback
    case 'credentials':
      return (await import('./commands/credentials.ts')).credentials
    case 'config view':
      return (await import('./commands/config-view.ts')).configView
    case 'debug history':
      return (await import('./commands/debug.ts')).history
    case 'debug unlock':
      return (await import('./commands/debug.ts')).unlock
  }
}

function endingOf(thrown: unknown, touched: boolean): Ending {
  const problem = problemOf(thrown)
  if (isAbort(thrown) || problem.kind === 'cancelled') return { status: 'cancelled' }
  if (problem.kind === 'bug') return { status: 'bug', problem }
  if (touched) return { status: 'failed', problem }
  // Before the first change nothing is broken: what cannot be reached or read is a refusal.
  return { status: /^(config|cli)\//.test(problem.code) ? 'usage' : 'refused', problem }
}

interface Parts {
  readonly invocation: RunInvocation
  readonly signals: Signals
  readonly bus: { readonly emit: Emit }
  readonly face: Face
  readonly run: string
  /** The cluster is about to be changed. */
  touch(): void
}

function sessionOf({ invocation, signals, bus, face, run, touch }: Parts, cluster: Cluster): Session {
  const { services } = cluster
  const { flags, mode, verb } = invocation
  return {
    flags,
    mode,
    run,
    signal: signals.signal,
    emit: bus.emit,
    ask: flags.input === false ? undefined : face.ask,
    services,
    commandLine: ['thinkube-langfuse', ...(verb === 'wizard' ? [] : [verb])].join(' '),
    runOptions: () => ({ services, run, signal: signals.signal, emit: bus.emit }),
    openState() {
      touch()
      return cluster.openState(signals.signal)
    },
    ledgerEntries: cluster.ledgerEntries,
    print: face.print,
    async writeSecretFile(path, text) {
      await writeFile(path, text, { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
        throw new ProblemError({
          code: 'credentials/file-not-written',
          kind: error.code === 'EEXIST' ? 'conflict' : 'invalid',
          summary:
            error.code === 'EEXIST'
              ? ['The file ', { path }, ' exists already']
              : ['The file ', { path }, ` cannot be written: ${error.code}`],
          nextSteps: ['Name another file'],
        })
      })
    },
  }
}

function notKnown(name: string) {
  return {
    code: 'credentials/none',
    kind: 'missing' as const,
    summary: `${name} is not in escrow`,
    nextSteps: ['Run the installation again'],
  }
}
