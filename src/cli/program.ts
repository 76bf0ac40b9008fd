import { Command, Help, InvalidArgumentError, Option } from 'commander'
import { parseDuration } from '../config/duration.ts'
import { EXIT_CODES } from './exit-codes.ts'
import type { Verb } from './invocation.ts'

export const NAME = 'thinkube-langfuse'

/** Receives what was asked for: the verb, the flags that were given, and the shell of `completion`. */
export type Chosen = (verb: Verb | 'completion' | 'version', flags: object, subject?: string) => void

/** The whole command line as data: help, parsing and shell completion are made from it. */
export function createProgram(chosen: Chosen): Command {
  const program = new Command(NAME)
    .description('Installs, proves, repairs and removes Langfuse on a Thinkube Kubernetes platform.')
    .usage('[verb] [flags]')
    .commandsGroup('Verbs:')
    .helpCommand('help [verb]', 'this text, or the help of a verb')
    .helpOption('-h, --help', 'this text, or the help of the verb')
    .configureHelp({
      formatHelp: verbsFirst,
      subcommandTerm: command =>
        [command.name(), ...command.registeredArguments.map(one => one.name().toUpperCase())].join(' '),
      optionTerm: option => option.flags.replace(' [scenario]', '[=scenario]'),
    })
    .exitOverride()
  program.addOption(new Option('-V, --version', 'print the version').helpGroup('Options:'))
  program.on('option:version', () => chosen('version', {}))
  addCommonFlags(program)

  const verb = (name: string, description: string, as: Verb) =>
    program
      .command(name)
      .description(description)
      .action((_options, command: Command) => chosen(as, command.optsWithGlobals()))

  program
    .command('wizard', { isDefault: true, hidden: true })
    .description('the wizard, on a terminal')
    .action((_options, command: Command) => chosen('wizard', command.optsWithGlobals()))
  verb(
    'install',
    'pre-flight, plan, confirm, apply, verify, credentials; again = resume and repair',
    'install',
  )
  verb('check', 'pre-flight only: is everything there that Langfuse needs?', 'check')
    .option('--only <id>', 'run only these checks (repeat, or separate by commas)', list)
    .option('--skip <id>', 'leave these checks out', list)
    .option('--strict', 'a warning or an unknown verdict is a failure too')
  verb('plan', 'what install would change, over all systems; changes nothing', 'plan').option(
    '--exit-code',
    'exit 6 when there is something to change',
  )
  verb('rollback', 'take back what was installed; data is kept unless it is named', 'rollback')
    .alias('uninstall')
    .option('--to <phase>', 'take back only what came after this phase')
    .option('--dry-run', 'say what would be removed and remove nothing')
    .option('--confirm <name>', 'the name of the installation, typed, instead of the question')
  verb('credentials', 'address, login and API keys of the installation', 'credentials')
    .addOption(new Option('--format <format>', 'how to print them').choices(['env', 'json']))
    .option('--reveal', 'show the secrets')
    .option('--out <file>', 'write them to a file only you can read (0600)')
  const config = program.command('config').description('the settings of a run')
  config
    .command('view')
    .description('every setting with the place it comes from')
    .action((_options, command: Command) => chosen('config view', command.optsWithGlobals()))
  program
    .command('completion')
    .argument('<shell>', 'bash, zsh or fish')
    .description('a completion script for your shell')
    .action((shell: string) => chosen('completion', {}, shell))
  program
    .command('version')
    .description('print the version')
    .action(() => chosen('version', {}))
  const debug = program.command('debug').description('look at and mend the record we keep in the cluster')
  debug
    .command('history')
    .description('what was changed, when and by which run')
    .action((_options, command: Command) => chosen('debug history', command.optsWithGlobals()))
  debug
    .command('unlock')
    .description('take away the lock of a run that died')
    .action((_options, command: Command) => chosen('debug unlock', command.optsWithGlobals()))

  program.addHelpText('after', `\n${afterword()}`)
  for (const one of [...program.commands, ...config.commands, ...debug.commands])
    one.addHelpText('after', `\nFlags of every verb and exit codes: ${NAME} --help`)
  return program
}

function addCommonFlags(program: Command): void {
  program
    .optionsGroup('Flags of every verb – which cluster:')
    .option('--context <name>', 'context of the kubeconfig')
    .option('--kubeconfig <file>', 'default: $KUBECONFIG, then ~/.kube/config')
    .option('-n, --namespace <name>', 'namespace and name of the installation (langfuse)', dnsLabel)
    .option('--direct', 'reach the services by their cluster addresses, not through the API server')
    .addOption(
      new Option(
        '--rehearse [scenario]',
        'a trial on a platform in memory; no connection is opened',
      ).argParser(value => value || 'fresh'),
    )
    .optionsGroup('Flags of every verb – what to install:')
    .option('-c, --config <file>', 'settings in YAML')
    .option('--langfuse-version <version>', 'a version of 3.x whose two images are there')
    .option('--tls-ca-file <file>', 'the private CA that signed the public certificates (PEM)')
    .option('--timeout <duration>', 'longest wait for pods, e.g. 10m', duration)
    .option('--postgres-password-file <file>', 'password of the PostgreSQL administrator')
    .option('--clickhouse-password-file <file>', 'password of the ClickHouse administrator')
    .option('--valkey-password-file <file>', 'password of Valkey')
    .option('--keycloak-password-file <file>', 'password of the Keycloak administrator')
    .option('--s3-secret-key-file <file>', 'secret key of the object store')
    .optionsGroup('Flags of every verb – how to talk:')
    .addOption(new Option('-o, --output <mode>', 'how to report').choices(['plain', 'json', 'ndjson']))
    .option('-q, --quiet', 'only problems and the result')
    .option('-v, --verbose', 'the log of every step too')
    .option('--no-color', 'no colours')
    .option('--ascii', 'no characters outside ASCII')
    .option('--screen-reader', 'plain sentences, no motion')
    .option('--no-input', 'never ask; refuse what needs an answer')
    .option('-y, --yes', 'yes to the plan (never to destroying data)')
    .option('--log-file <file>', 'write the redacted record of the run here')
}

function afterword(): string {
  const width = Math.max(...EXIT_CODES.map(({ code }) => String(code).length))
  return [
    'Without a verb, on a terminal: the wizard.',
    '',
    'A secret is never a flag: use --…-file, or a variable such as THINKUBE_LANGFUSE_POSTGRES_PASSWORD.',
    '',
    'Exit codes:',
    ...EXIT_CODES.map(({ code, means }) => `  ${String(code).padEnd(width)}  ${means}`),
  ].join('\n')
}

/** Commander lists a long page of flags before the few verbs; a reader looks for the verbs. */
function verbsFirst(command: Command, help: Help): string {
  const blocks = Help.prototype.formatHelp.call(help, command, help).split('\n\n')
  const isVerbs = (block: string) => /^(Verbs|Commands):/.test(block)
  const [usage = '', description = '', ...rest] = blocks
  const ordered = [usage, description, ...rest.filter(isVerbs), ...rest.filter(block => !isVerbs(block))]
  return `${ordered.map(block => block.trimEnd()).join('\n\n')}\n`
}

/** Repeatable, and a comma separates. */
function list(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...value.split(',').map(part => part.trim())].filter(Boolean)
}

function duration(value: string): string {
  if (parseDuration(value) === undefined) throw new InvalidArgumentError('Write it as 90s, 10m or 1h30m.')
  return value
}

function dnsLabel(value: string): string {
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(value))
    throw new InvalidArgumentError('A namespace has lower-case letters, digits and dashes, at most 63.')
  return value
}
