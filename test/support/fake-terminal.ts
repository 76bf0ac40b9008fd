import { PassThrough } from 'node:stream'
import type { ReadStream, WriteStream } from 'node:tty'
import xterm from '@xterm/headless'

/** A terminal that can be looked at: what the program writes goes through a real emulator. */
export interface FakeTerminal {
  readonly stdin: ReadStream
  readonly stdout: WriteStream
  /** Everything that was written, escapes included. */
  written(): string
  /** What is visible now, or `scrollback` and screen of the normal buffer together. */
  screen(): Promise<string>
  history(): Promise<string>
  press(bytes: string): void
  /** Resolves when the screen shows the text; rejects with the screen when it never does. */
  shows(text: string): Promise<void>
  resize(columns: number, rows: number): void
  readonly raw: readonly boolean[]
}

export function fakeTerminal(columns = 80, rows = 24): FakeTerminal {
  const term = new xterm.Terminal({ cols: columns, rows, scrollback: 1_000, allowProposedApi: true })
  const chunks: string[] = []
  const raw: boolean[] = []
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (on: boolean) => raw.push(on) })
  const stdout = Object.assign(new PassThrough(), { isTTY: true, columns, rows })
  stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk.toString())
    // A terminal in cooked mode turns a newline into a new row at column 0.
    term.write(chunk.toString().replaceAll(/(?<!\r)\n/g, '\r\n'))
  })
  const settled = () => new Promise<void>(resolve => setImmediate(() => term.write('', resolve)))
  const lines = (buffer: typeof term.buffer.normal, from: number, to: number): string =>
    Array.from({ length: to - from }, (_, at) => buffer.getLine(from + at)?.translateToString(true) ?? '')
      .join('\n')
      .trimEnd()
  const screen = async () => {
    await settled()
    const { active } = term.buffer
    return lines(active, active.baseY, active.baseY + term.rows)
  }
  return {
    stdin: stdin as unknown as ReadStream,
    stdout: stdout as unknown as WriteStream,
    raw,
    written: () => chunks.join(''),
    screen,
    async history() {
      await settled()
      return lines(term.buffer.normal, 0, term.buffer.normal.length)
    },
    press: bytes => stdin.write(bytes),
    async shows(text) {
      const deadline = Date.now() + 10_000
      while (!(await screen()).includes(text)) {
        if (Date.now() > deadline) throw new Error(`«${text}» never shows; the screen is:\n${await screen()}`)
        await new Promise(resolve => setTimeout(resolve, 5))
      }
    },
    resize(width, height) {
      Object.assign(stdout, { columns: width, rows: height })
      term.resize(width, height)
      stdout.emit('resize')
    },
  }
}
