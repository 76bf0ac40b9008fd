import { capabilitiesOf } from './cli/capabilities.ts'
import { decide } from './cli/decide.ts'
import { VERSION } from './cli/version.ts'
import { problemOf } from './engine/problem.ts'
import { leaveWhenDrained } from './leave.ts'
import type { Refusal } from './output/refusal.ts'
import { sinkOf } from './output/sink.ts'
import { listenForSignals } from './signals.ts'

const { env, stdin, stdout, stderr } = process
// React's development build records every render; Ink looks for developer tools; chalk does not know NO_COLOR.
env.NODE_ENV ??= 'production'
delete env.DEV
const io = { stdin, stdout, stderr, env, cwd: process.cwd() }
const [out, err] = [sinkOf(stdout), sinkOf(stderr)]

const invocation = decide(process.argv.slice(2), {
  version: VERSION,
  columns: stdout.columns || 80,
  stdinIsTty: stdin.isTTY === true,
  stdoutIsTty: stdout.isTTY === true,
  env,
})

// An error object of an SDK can carry a key: of what nobody caught, the message alone is shown.
process.on('uncaughtException', async thrown => {
  process.exit(await refuse({ problem: problemOf(thrown), status: 'bug', mode: 'plain' }))
})

switch (invocation.is) {
  case 'help':
    ;(invocation.exitCode === 0 ? out : err).write(invocation.text)
    process.exitCode = invocation.exitCode
    break
  case 'refused':
    process.exitCode = await refuse({ ...invocation, status: 'usage' })
    break
  case 'run': {
    const { colour } = capabilitiesOf(invocation.flags, { env, stdoutIsTty: stdout.isTTY === true })
    if (!colour) env.FORCE_COLOR = '0'
    const signals = listenForSignals(process, code => process.exit(code))
    const { runSession } = await import('./session.ts')
    process.exitCode = await runSession(invocation, io, signals)
    signals.stop()
    leaveWhenDrained(process)
  }
}

/** Loaded when it is needed: measuring text costs more time than printing a version may take. */
async function refuse(refusal: Refusal): Promise<number> {
  return (await import('./output/refusal.ts')).writeRefusal({ out, err }, refusal)
}
