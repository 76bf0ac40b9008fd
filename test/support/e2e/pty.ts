import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn } from '@lydell/node-pty'
import xterm from '@xterm/headless'
import { PROGRAM } from '../program.ts'

/** A person's terminal: a shell that has said something already, and the program started from it. */
export interface Terminal {
  /** The rows that are visible now. */
  screen(): Promise<string>
  /** Scrollback and screen of the normal buffer, wrapped rows joined. */
  history(): Promise<string>
  /** Rows that were too long for the screen so far. */
  wrapped(): Promise<readonly string[]>
  /** Every byte that was written, escapes included. */
  written(): string
  press(bytes: string): void
  /** Resolves with the screen when it shows the text; rejects with the screen when it never does. */
  shows(text: string | RegExp, seconds?: number): Promise<string>
  readonly bracketedPaste: boolean
  readonly alternate: boolean
  /** The shell has ended as well. */
  readonly closed: Promise<void>
  /** Ends the shell, if it still runs, and with it the program. */
  end(): void
}

export const BEFORE = Array.from({ length: 40 }, (_, n) => `said before ${n + 1}`)

/** Starts the built program, or another one, in a terminal of 100 × 30. */
export function openTerminal(
  args: readonly string[],
  command: readonly string[] = [process.execPath, PROGRAM],
): Terminal {
  const [columns, rows] = [100, 30]
  const home = mkdtempSync(join(tmpdir(), 'thinkube-langfuse-e2e-'))
  const script = [
    'for n in $(seq 40); do echo "said before $n"; done',
    '"$@"; echo "exit code $?"',
    'echo "settings $(stty -a | tr "\\n" " ")" > "$HOME/stty"; sed "s/;/;\\n/g" "$HOME/stty"; echo "said after"',
  ].join('\n')
  const pty = spawn('bash', ['-c', script, 'bash', ...command, ...args], {
    name: 'xterm-256color',
    cols: columns,
    rows,
    cwd: home,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: home,
      XDG_STATE_HOME: join(home, 'state'),
      LANG: 'C.UTF-8',
      TERM: 'xterm-256color',
      COLORTERM: 'truecolor',
    },
  })
  const term = new xterm.Terminal({ cols: columns, rows, scrollback: 5_000, allowProposedApi: true })
  const chunks: string[] = []
  pty.onData(chunk => {
    chunks.push(chunk)
    term.write(chunk)
  })
  // Answers of the terminal itself, to who asks it for its colours or its cursor.
  term.onData(answer => pty.write(answer))
  const exited = new Promise<void>(resolve => pty.onExit(() => resolve()))
  let over = false
  exited.then(() => {
    over = true
  })

  const settled = () => new Promise<void>(resolve => term.write('', resolve))
  const lines = (buffer: typeof term.buffer.normal, from: number, to: number) =>
    Array.from({ length: to - from }, (_, at) => buffer.getLine(from + at)).flatMap(line =>
      line ? [line] : [],
    )
  const screen = async () => {
    await settled()
    const { active } = term.buffer
    return lines(active, active.baseY, active.baseY + rows)
      .map(line => line.translateToString(true))
      .join('\n')
  }
  return {
    screen,
    async history() {
      await settled()
      const { normal } = term.buffer
      return lines(normal, 0, normal.length)
        .map(line => `${line.isWrapped ? '' : '\n'}${line.translateToString(true)}`)
        .join('')
    },
    async wrapped() {
      await settled()
      const { normal } = term.buffer
      return lines(normal, 0, normal.length)
        .filter(line => line.isWrapped)
        .map(line => line.translateToString(true))
    },
    written: () => chunks.join(''),
    press: bytes => pty.write(bytes),
    async shows(text, seconds = 60) {
      const deadline = performance.now() + seconds * 1000
      for (;;) {
        const last = over
        const visible = await screen()
        if (typeof text === 'string' ? visible.includes(text) : text.test(visible)) return visible
        if (last || performance.now() > deadline)
          throw new Error(
            `«${text}» ${last ? 'never shows' : `does not show in ${seconds} s`}; the screen is:\n${visible}`,
          )
        await new Promise(resolve => setTimeout(resolve, 20))
      }
    },
    get bracketedPaste() {
      return term.modes.bracketedPasteMode
    },
    get alternate() {
      return term.buffer.active.type === 'alternate'
    },
    closed: exited,
    end() {
      if (!over) pty.kill('SIGKILL')
    },
  }
}

/** What a program must not do to the terminal that it was started in; empty when it was left as it was found. */
export async function terminalFaults(
  terminal: Terminal,
  secrets: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const written = terminal.written()
  const history = await terminal.history()
  const rows = history.split('\n')
  const faults = (holds: boolean, fault: string): readonly string[] => (holds ? [] : [fault])
  const cursor = [...written.matchAll(/\u001b\[\?25([hl])/g)].at(-1)?.[1] ?? 'h'
  const settings = history.slice(history.lastIndexOf('settings '))
  return [
    ...faults(!written.includes('\u001b[3J'), 'the scrollback was cleared'),
    ...faults(
      BEFORE.every((line, n) => rows[rows.indexOf(BEFORE[0]!) + n] === line),
      'what was in the scrollback is gone',
    ),
    ...faults(cursor === 'h', 'the cursor is hidden'),
    ...faults(/(^|\s)icanon\b/.test(settings) && /(^|\s)echo\b/.test(settings), 'raw mode is still on'),
    ...faults(!terminal.bracketedPaste, 'bracketed paste is still on'),
    ...faults(!terminal.alternate, 'the alternate screen is still shown'),
    ...Object.entries(secrets)
      .filter(([, value]) => history.includes(value))
      .map(([name]) => `${name} is in the scrollback`),
  ]
}
