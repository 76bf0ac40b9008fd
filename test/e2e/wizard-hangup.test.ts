import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openTerminal } from '../support/e2e/pty.ts'
import { PROGRAM } from '../support/program.ts'

it.each(['SIGHUP', 'SIGTERM'] as const)(
  'does not wait for a reader who is gone: %s on the last screen',
  async signal => {
    const file = join(mkdtempSync(join(tmpdir(), 'thinkube-langfuse-e2e-')), 'pid')
    const wrapper = ['bash', '-c', `echo $$ > ${file}; exec "$0" "$@"`, process.execPath, PROGRAM]
    const terminal = openTerminal(['--rehearse=installed'], wrapper)
    try {
      await terminal.shows(/c credentials/, 120)
      process.kill(Number(readFileSync(file, 'utf8')), signal)
      await terminal.shows('said after', 15)
      await terminal.closed
      expect(await terminal.history()).toContain('\nexit code 0\n')
    } finally {
      terminal.end()
    }
  },
)
