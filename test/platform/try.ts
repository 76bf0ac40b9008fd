import { execa } from 'execa'
import { up } from './platform.ts'
import { CannotRunHere } from './runnable.ts'

/** `npm run try -- FLAGS`: a local Thinkube, the built program against it, and the platform left up to look around in. */
async function tryOut(args: readonly string[]): Promise<number> {
  const platform = await up()
  await execa('npm', ['run', '--silent', 'build'], { stdio: 'inherit' })
  const run = await execa(
    process.execPath,
    ['dist/bin.cjs', ...withVerb(args), '--kubeconfig', platform.kubeconfig],
    // A signal is meant for the program; it settles and ends by itself.
    { stdio: 'inherit', reject: false },
  )
  console.error(
    [
      '',
      'The local platform stays up.',
      '  look around   npm run platform -- kubectl get pods -A',
      `  use it        export KUBECONFIG=${platform.kubeconfig}`,
      '  end it        npm run platform -- down',
    ].join('\n'),
  )
  return run.exitCode ?? 1
}

/** Without a verb: the wizard on a terminal, else an installation. */
function withVerb(args: readonly string[]): readonly string[] {
  const named = args.some((arg, index) => !arg.startsWith('-') && !VALUED.includes(args[index - 1] ?? ''))
  const onTerminal =
    process.stdin.isTTY && process.stdout.isTTY && !args.some(arg => /^(-o|--output)/.test(arg))
  return named || onTerminal ? args : ['install', ...args]
}

/** Flags whose next word is their value. */
const VALUED = [
  '-o',
  '--output',
  '-n',
  '--namespace',
  '-c',
  '--config',
  '--langfuse-version',
  '--timeout',
  '--log-file',
  '--tls-ca-file',
]

process.on('SIGINT', () => undefined)
tryOut(process.argv.slice(2)).then(
  code => {
    process.exitCode = code
  },
  (thrown: unknown) => {
    if (!(thrown instanceof CannotRunHere)) throw thrown
    console.error(thrown.message)
    process.exitCode = 3
  },
)
