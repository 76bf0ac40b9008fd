import { Console } from 'node:console'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createBus } from '../../src/engine/bus.ts'
import type { Event } from '../../src/engine/events.ts'
import { plainCapabilities } from '../../src/engine/view.ts'
import { type FakeTerminal, fakeTerminal } from '../support/fake-terminal.ts'
import { cancelled, happy, refused } from '../support/recordings/runs.ts'
import type { Recording } from '../support/recordings/tape.ts'

// Drawing is slow on a machine that builds at the same time; nothing here waits for it.
vi.setConfig({ testTimeout: 60_000 })

// Ink asks once, when it is loaded, whether it is in CI, and then draws only the last frame.
vi.hoisted(() => {
  process.env.CI = 'false'
})
// The runner's console has no constructor, which Ink patches.
Object.assign(console, { Console })
const { runTui } = await import('../../src/tui/run-tui.ts')

const SECRET = 'sentinel-4f2a-never-in-the-scrollback'
let left: (() => void) | undefined
let terminal: FakeTerminal
beforeEach(() => {
  terminal = fakeTerminal()
})
afterEach(() => left?.())

function wizard() {
  const clock = { now: Date.now, monotonic: () => performance.now(), sleep: async () => {} }
  const bus = createBus({ run: 'r', clock, redact: event => event })
  const calls: string[] = []
  const tui = runTui({
    bus,
    abort: { cancel: () => calls.push('cancel'), force: () => calls.push('force') },
    reveal: async name => `${SECRET}-${name}`,
    capabilities: plainCapabilities,
    stdin: terminal.stdin,
    stdout: terminal.stdout,
  })
  left = tui.leave
  const play = (recording: Recording, until?: Event['type']) => {
    const events = recording.envelopes.map(envelope => envelope.event)
    const end = until ? events.findIndex(event => event.type === until) : events.length
    for (const event of events.slice(0, end)) bus.emit(event)
  }
  return { bus, calls, tui, play }
}

const question = {
  type: 'confirm',
  id: 'install',
  text: 'Install Langfuse like this?',
  yes: 'Install',
  no: 'Back out',
} as const
const never = () => new AbortController().signal

describe('the wizard in a terminal', () => {
  it('answers from keys, and a burst is applied in order', async () => {
    const { tui, play } = wizard()
    play(happy, 'question.asked')
    const answer = tui.ask(question, never())
    await terminal.shows('Install Langfuse like this?')
    terminal.press('\u001b[B\u001b[B\t\r')
    await expect(answer).resolves.toBe('no')
  })

  it('is not stopped by a pasted q, nor by Ctrl+F1', async () => {
    const { tui, play, calls } = wizard()
    play(happy, 'question.asked')
    const answer = tui.ask(question, never())
    await terminal.shows('Install Langfuse like this?')
    terminal.press('\u001b[200~q\rq\u001b[201~\u001b[1;5P\r')
    await expect(answer).resolves.toBe('yes')
    expect(calls).toEqual([])
  })

  it('shows a secret on the alternate screen only and leaves no trace of it', async () => {
    const { tui, play } = wizard()
    play(happy)
    await terminal.shows('installed and proven')
    terminal.press('c')
    await terminal.shows('Secret key')
    expect(await terminal.screen()).not.toContain(SECRET)
    terminal.press('\r')
    await terminal.shows(`${SECRET}-secret-key`)
    expect(await terminal.history()).not.toContain(SECRET)
    terminal.press('\u001b')
    await terminal.shows('••••')
    terminal.press('q')
    await tui.finished
    expect(await terminal.history()).not.toContain(SECRET)
    expect(await terminal.history()).toContain('https://langfuse.tk.test')
    const [before, shown, after] = split(terminal.written())
    expect(before).not.toContain(SECRET)
    expect(after).not.toContain(SECRET)
    expect(shown).toContain(SECRET)
  })

  it('copies a secret by OSC 52 without showing it', async () => {
    const { play } = wizard()
    play(happy)
    await terminal.shows('installed and proven')
    terminal.press('cc')
    await terminal.shows('handed to the terminal')
    expect(terminal.written()).toContain(Buffer.from(`${SECRET}-secret-key`).toString('base64'))
    expect(terminal.written()).not.toContain(SECRET)
  })

  it('gives the terminal back: cursor, pastes, raw mode, scrollback', async () => {
    terminal.stdout.write('what was there before\n')
    const { tui, play } = wizard()
    play(refused)
    await terminal.shows('3 problems to mend first')
    terminal.press('q')
    await tui.finished
    const written = terminal.written()
    expect(written).not.toContain('\u001b[3J')
    expect(written).not.toContain('\u001b[2J')
    expect(written.lastIndexOf('\u001b[?25h')).toBeGreaterThan(written.lastIndexOf('\u001b[?25l'))
    expect(written.lastIndexOf('\u001b[?2004l')).toBeGreaterThan(written.lastIndexOf('\u001b[?2004h'))
    expect(terminal.raw).toEqual([true, false])
    const history = await terminal.history()
    expect(history).toMatch(/^what was there before/)
    for (const code of ['postgres/login-refused', 'kubernetes/no-endpoints', 'registry/image-missing'])
      expect(history).toContain(code)
  })

  it('prints each settled step once', async () => {
    const { tui, play } = wizard()
    play(happy)
    await terminal.shows('installed and proven')
    terminal.press('?')
    await terminal.shows('Keys')
    terminal.press('\u001b')
    await terminal.shows('installed and proven')
    terminal.press('q')
    await tui.finished
    const rows = (await terminal.history()).split('\n')
    for (const title of ['PostgreSQL role created', 'Web deployed and ready', 'The API server answers'])
      expect(
        rows.filter(row => row.includes(title)),
        title,
      ).toHaveLength(1)
  })

  it('settles at the first Ctrl-C and leaves at the second', async () => {
    const { tui, play, calls } = wizard()
    play(happy, 'access.ready')
    await terminal.shows('Proof')
    terminal.press('\u0003')
    await terminal.shows('Stopping')
    expect(calls).toEqual(['cancel'])
    terminal.press('\u0003')
    await tui.finished
    expect(calls).toEqual(['cancel', 'force'])
  })

  it('leaves by itself when the run was cancelled', async () => {
    const { tui, play } = wizard()
    play(cancelled)
    await tui.finished
    expect(await terminal.history()).toContain('Stopped; run it again to go on')
  })

  it('asks before it stops', async () => {
    const { play, calls } = wizard()
    play(happy, 'access.ready')
    await terminal.shows('Proof')
    terminal.press('q\r')
    await terminal.shows('Proof')
    expect(calls).toEqual([])
    terminal.press('q')
    await terminal.shows('Stop here?')
    terminal.press('\u001b[D\r')
    await vi.waitFor(() => expect(calls).toEqual(['cancel']))
  })

  it('turns a planted warning into a notice', async () => {
    const { play } = wizard()
    play(happy, 'plan.made')
    process.stderr.write('a library speaks out of turn\n')
    await terminal.shows('a library speaks out of turn')
  })

  it('follows the size of the terminal', async () => {
    const { play } = wizard()
    play(refused)
    await terminal.shows('3 problems to mend first')
    terminal.resize(44, 12)
    await terminal.shows('› 1 PostgreSQL refuses')
    await vi.waitFor(async () => {
      const rows = (await terminal.screen()).split('\n')
      expect(rows.at(-1)).toContain('q leave')
    })
    expect(terminal.written()).not.toContain('\u001b[3J')
  })
})

/** Before, on and after the alternate screen. */
function split(written: string): readonly [string, string, string] {
  const enter = written.indexOf('\u001b[?1049h')
  const leave = written.lastIndexOf('\u001b[?1049l')
  return [written.slice(0, enter), written.slice(enter, leave), written.slice(leave)]
}
