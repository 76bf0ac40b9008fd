import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Platform } from '../platform/platform.ts'
import { escrowed } from '../support/e2e/escrow.ts'
import { openTerminal, type Terminal, terminalFaults } from '../support/e2e/pty.ts'
import { secretValues } from '../support/e2e/secrets.ts'
import { untouched } from '../support/e2e/untouched.ts'

const [ENTER, ESCAPE, CTRL_C] = ['\r', '\u001b', '\u0003']

let platform: Platform
let terminal: Terminal

beforeAll(async () => {
  platform = await untouched()
})

afterEach(() => terminal.end())

/** The last words, once the program has left and the shell speaks again. */
async function leaves(code: number): Promise<string> {
  await terminal.shows('said after', 30)
  await terminal.closed
  const history = await terminal.history()
  expect(history).toContain(`\nexit code ${code}\n`)
  return history
}

describe('the wizard, in a terminal of 100 × 30', () => {
  it('stops on Ctrl-C in the middle of the work, and says how to go on', async () => {
    terminal = openTerminal(['--kubeconfig', platform.kubeconfig])
    await terminal.shows(/Looking at the cluster|What the cluster has/)
    await terminal.shows('Install Langfuse into namespace langfuse')
    terminal.press(ENTER)
    await terminal.shows(/phase \d of \d/)
    await terminal.shows('Web deployed', 60)
    expect(await terminal.wrapped()).toEqual([])
    terminal.press(CTRL_C)
    const history = await leaves(130)
    expect(history).toContain('Stopped; run it again to go on')
    expect(history).toMatch(/Continue:\s+thinkube-langfuse/)
    expect(await terminalFaults(terminal, await secretValues(platform))).toEqual([])
  })

  it('goes from the first look to the credentials', async () => {
    terminal = openTerminal(['--kubeconfig', platform.kubeconfig])

    const review = await terminal.shows('Install Langfuse into namespace langfuse')
    expect(review).toContain('What will change')
    expect(review).toContain(`https://langfuse.${platform.facts.domain}`)
    expect(review).toContain('HTTPRoute')
    expect(await terminal.history()).toContain('PostgreSQL accepts the admin login')

    terminal.press(ENTER)
    await terminal.shows(/phase \d of \d/)
    await terminal.shows('● Prove', 120)
    const result = await terminal.shows('Langfuse is installed and proven', 120)
    expect(result).toContain(`https://langfuse.${platform.facts.domain}`)
    expect(result).toMatch(/OpenTelemetry trace +ok +readable after/)

    const keys = await escrowed(platform)
    terminal.press('c')
    const masked = await terminal.shows('A secret is shown alone')
    expect(masked).toContain(keys.PROJECT_PUBLIC_KEY)
    expect(masked).not.toContain(keys.PROJECT_SECRET_KEY)
    expect(masked).toMatch(/Secret key +[^A-Za-z0-9\s]{6,}/)

    terminal.press(ENTER)
    const revealed = await terminal.shows('Esc hide')
    expect(revealed).toContain(keys.PROJECT_SECRET_KEY)
    expect(revealed).not.toContain('Credentials')
    expect(terminal.alternate).toBe(true)

    terminal.press(ESCAPE)
    expect(await terminal.shows('A secret is shown alone')).not.toContain(keys.PROJECT_SECRET_KEY)
    expect(await terminal.wrapped()).toEqual([])

    terminal.press('q')
    const history = await leaves(0)
    expect(history).toContain('Langfuse is installed and proven')
    expect(await terminalFaults(terminal, await secretValues(platform))).toEqual([])
  })

  it('would be found out if it left the terminal in disorder', async () => {
    const disorder = `
      process.stdin.setRawMode(true)
      process.stdout.write('\\u001b[3J\\u001b[?25l\\u001b[?2004hSENTINEL-4711\\r\\n', () =>
        process.kill(process.pid, 'SIGKILL'))`
    terminal = openTerminal(['-e', disorder], [process.execPath])
    await terminal.shows('said after', 30)
    await terminal.closed
    expect(await terminalFaults(terminal, { sentinel: 'SENTINEL-4711' })).toEqual([
      'the scrollback was cleared',
      'what was in the scrollback is gone',
      'the cursor is hidden',
      'raw mode is still on',
      'bracketed paste is still on',
      'sentinel is in the scrollback',
    ])
    const wide = openTerminal(['-e', "console.log('x'.repeat(101))"], [process.execPath])
    await wide.closed
    expect(await wide.wrapped()).toContain('x')
  })
})
