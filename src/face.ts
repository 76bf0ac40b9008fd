import { createInterface } from 'node:readline/promises'
import { type Capabilities, capabilitiesOf } from './cli/capabilities.ts'
import type { RunInvocation } from './cli/invocation.ts'
import type { Bus } from './engine/bus.ts'
import type { Ask } from './engine/events.ts'
import { humanNotices } from './output/human-notices.ts'
import { jsonReader } from './output/json.ts'
import { ndjsonReader } from './output/ndjson.ts'
import { plainReader } from './output/plain.ts'
import type { Reader } from './output/reader.ts'
import { type Sink, sinkOf } from './output/sink.ts'
import type { Io } from './session.ts'
import type { Signals } from './signals.ts'

/** How a run shows itself, and whether somebody is there to answer. */
export interface Face {
  /** Absent when nobody can be asked. */
  readonly ask: Ask | undefined
  /** Text that belongs on stdout and not into the event stream: a revealed key. */
  print(text: string): void
  /** Resolves when the last word was shown; the wizard waits for the user to leave. */
  finished(): Promise<void>
}

export interface FaceOptions {
  readonly invocation: RunInvocation
  readonly io: Io
  readonly bus: Bus
  readonly signals: Signals
  reveal(name: string): Promise<string>
}

export async function openFace(options: FaceOptions): Promise<Face> {
  const { invocation, io, bus } = options
  const { flags, mode } = invocation
  const { env, stdout } = io
  const capabilities = capabilitiesOf(flags, {
    env,
    stdoutIsTty: stdout.isTTY === true,
    columns: stdout.columns,
    rows: stdout.rows,
  })
  if (mode === 'tui') return wizardFace(options, capabilities)
  const [out, err] = [sinkOf(stdout), sinkOf(io.stderr)]
  const readers = readersOf(options, { out, err }, capabilities)
  const structured = readers.find(reader => reader.print)
  const stop = readers.map(reader => bus.subscribe(envelope => reader.on(envelope)))
  return {
    ask: mode === 'plain' && io.stdin.isTTY && flags.input !== false ? promptOn(io, bus) : undefined,
    print: text => (structured?.print ? structured.print(text) : out.write(text)),
    async finished() {
      for (const end of stop) end()
      for (const reader of readers) reader.close()
    },
  }
}

function readersOf(
  { invocation, io }: FaceOptions,
  { out, err }: { out: Sink; err: Sink },
  { columns, colour, unicode }: Capabilities,
): readonly Reader[] {
  const { flags, mode, verb } = invocation
  switch (mode) {
    case 'json':
      return [jsonReader(out, verb), humanNotices(err)]
    case 'ndjson':
      return [ndjsonReader(out), humanNotices(err)]
    default: {
      // Problems go to stderr too, unless both end on the same screen.
      const oneScreen = io.stdout.isTTY === true && io.stderr.isTTY === true
      // What credentials prints is for a shell or a file: nothing else may stand on stdout.
      const bare = verb === 'credentials'
      const quiet = flags.quiet === true || bare
      return [
        plainReader({
          out: bare ? err : out,
          err: oneScreen || bare ? undefined : err,
          columns,
          colour,
          unicode,
          quiet,
          verbose: flags.verbose === true,
        }),
      ]
    }
  }
}

async function wizardFace(
  { io, bus, signals, reveal }: FaceOptions,
  capabilities: Capabilities,
): Promise<Face> {
  const { runTui } = await import('./tui/run-tui.ts')
  const interrupt = () => signals.interrupt('SIGINT')
  const tui = runTui({
    bus,
    abort: { cancel: interrupt, force: interrupt },
    reveal,
    capabilities: {
      color: capabilities.colour,
      ascii: !capabilities.unicode,
      screenReader: capabilities.screenReader,
      reducedMotion: capabilities.reducedMotion,
    },
    stdin: io.stdin,
    stdout: io.stdout,
  })
  return {
    ask: tui.ask,
    print: text => io.stdout.write(text),
    async finished() {
      // The run is over and the screen waits for its reader; a signal says that there is none any more.
      const leave = () => tui.leave()
      if (signals.signal.aborted) leave()
      signals.signal.addEventListener('abort', leave, { once: true })
      await tui.finished
    },
  }
}

/** A question on a plain terminal; the text itself is shown by the plain reader. */
function promptOn({ stdin, stdout }: Io, bus: Bus): Ask {
  return async (question, signal) => {
    bus.emit({ type: 'question.asked', question })
    const lines = createInterface({ input: stdin, output: stdout })
    try {
      for (;;) {
        const answer = answerTo(question, (await lines.question(hintFor(question), { signal })).trim())
        if (answer === undefined) continue
        bus.emit({ type: 'question.answered', id: question.id, answer })
        return answer
      }
    } finally {
      lines.close()
    }
  }
}

type Question = Parameters<Ask>[0]

function hintFor(question: Question): string {
  switch (question.type) {
    case 'confirm':
      return '[y/N] '
    case 'typed':
      return `Type ${question.expected}: `
    case 'choice':
      return `${question.choices.map(({ label }, index) => `${index + 1} = ${label}`).join(', ')}: `
  }
}

/** Undefined: not understood, asked again. */
function answerTo(question: Question, text: string): string | undefined {
  switch (question.type) {
    case 'confirm':
      return /^y(es)?$/i.test(text) ? 'yes' : 'no'
    case 'typed':
      return text
    case 'choice':
      return question.choices[Number(text) - 1]?.value
  }
}
