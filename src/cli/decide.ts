import { CommanderError } from 'commander'
import { suggest } from '../config/suggest.ts'
import type { Problem } from '../engine/problem.ts'
import { completionScript, isShell, SHELLS } from './completion.ts'
import type { Flags, Invocation } from './invocation.ts'
import { type ModeFacts, modeOf } from './mode.ts'
import { createProgram, NAME } from './program.ts'
import { refuseSecretFlags } from './secret-flags.ts'

export interface DecideFacts extends Omit<ModeFacts, 'output'> {
  readonly version: string
  /** Width of the help text. */
  readonly columns: number
}

/** A shell invocation becomes a decision. Pure: prints nothing, opens nothing, asks nobody. */
export function decide(args: readonly string[], facts: DecideFacts): Invocation {
  const refused = (problem: Problem): Invocation => ({ is: 'refused', problem, mode: guessMode(args) })
  const secret = refuseSecretFlags(args)
  if (secret) return refused(secret)

  let decision: Invocation | undefined
  let printed = ''
  const program = createProgram((verb, given, subject) => {
    if (decision) return
    if (verb === 'version') decision = help(`${NAME} ${facts.version}\n`)
    else if (verb === 'completion') decision = completion(subject ?? '', refused)
    else {
      const flags = said(given)
      const mode = modeOf({ ...facts, output: flags.output })
      decision = { is: 'run', verb, flags, mode }
    }
  })
  for (const command of [program, ...program.commands.flatMap(one => [one, ...one.commands])]) {
    command.exitOverride().configureOutput({
      writeOut: text => {
        printed += text
      },
      // A message of commander repeats what was typed; ours are made below from its code.
      writeErr: () => undefined,
      getOutHelpWidth: () => Math.min(facts.columns, 110),
      getErrHelpWidth: () => Math.min(facts.columns, 110),
    })
  }
  try {
    program.parse(args.map(bareRehearse), { from: 'user' })
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown
    if (decision) return decision
    if (printed) return help(printed)
    return refused(usage(thrown, args, program))
  }
  if (decision?.is === 'run' && decision.verb === 'wizard' && decision.mode !== 'tui') {
    if (decision.mode !== 'plain') return refused(noVerb())
    program.outputHelp()
    return { is: 'help', text: printed, exitCode: 2 }
  }
  return decision ?? refused(noVerb())
}

const help = (text: string): Invocation => ({ is: 'help', text, exitCode: 0 })

/** `--rehearse install` must not take the verb for a scenario: a scenario needs the equals sign. */
const bareRehearse = (arg: string) => (arg === '--rehearse' ? '--rehearse=' : arg)

/** Only what was said: commander sets the defaults of `--no-…` flags, which would look like a wish. */
function said(given: object): Flags {
  const entries = Object.entries(given).filter(
    ([name, value]) => !((name === 'color' || name === 'input') && value === true),
  )
  return Object.fromEntries(entries) as Flags
}

/** Somebody who asked for JSON gets JSON, even when the rest of the line is wrong. */
function guessMode(args: readonly string[]): 'plain' | 'json' | 'ndjson' {
  const joined = args.join('\n')
  const found = /(?:^|\n)(?:-o|--output)[=\n]?(ndjson|json)(?:\n|$)/.exec(joined)?.[1]
  return found === 'json' || found === 'ndjson' ? found : 'plain'
}

function completion(shell: string, refused: (problem: Problem) => Invocation): Invocation {
  if (isShell(shell))
    return help(
      completionScript(
        shell,
        createProgram(() => undefined),
      ),
    )
  return refused({
    code: 'cli/unknown-shell',
    kind: 'invalid',
    summary: 'There is no completion for this shell',
    nextSteps: [['Choose one of ', { value: SHELLS.join(', ') }]],
  })
}

function noVerb(): Problem {
  return {
    code: 'cli/no-verb',
    kind: 'invalid',
    summary: 'The wizard needs a terminal; elsewhere a verb says what to do',
    nextSteps: [['Say what to do, for example: ', { command: `${NAME} install` }]],
  }
}

type Program = ReturnType<typeof createProgram>

/** Commander's refusal in our words. Only names are repeated, never the value behind an equals sign. */
function usage(error: CommanderError, args: readonly string[], program: Program): Problem {
  const base = { code: 'cli/usage', kind: 'invalid' as const }
  const verbs = program.commands
    .flatMap(one => [one.name(), ...one.aliases()])
    .filter(name => name !== 'wizard')
  const verb = args.find(arg => verbs.includes(arg))
  const group = program.commands.find(one => one.name() === verb && one.commands.length > 0)
  const seeHelp = [{ command: [NAME, verb, '--help'].filter(Boolean).join(' ') }]
  const quoted = nameIn(error.message)
  switch (error.code) {
    case 'commander.unknownOption': {
      const commands = [program, ...program.commands.filter(one => one.name() === verb)]
      const flags = commands.flatMap(one => one.options.map(option => option.long ?? '')).filter(Boolean)
      return unknown(`There is no flag ${quoted}`, suggest(quoted, flags), seeHelp)
    }
    case 'commander.unknownCommand':
      return unknown(
        `There is no verb «${[group?.name(), quoted].filter(Boolean).join(' ')}»`,
        suggest(quoted, group ? group.commands.map(one => one.name()) : verbs),
        seeHelp,
      )
    case 'commander.excessArguments': {
      // The default verb swallows what it does not know.
      const word = verb ? undefined : args.find(arg => !arg.startsWith('-'))
      if (word) return unknown(`There is no verb «${word}»`, suggest(word, verbs), seeHelp)
      return { ...base, summary: `«${verb}» was given too many words`, nextSteps: [seeHelp] }
    }
    case 'commander.optionMissingArgument':
      return { ...base, summary: `The flag ${quoted} needs a value`, nextSteps: [seeHelp] }
    case 'commander.invalidArgument': {
      const allowed = /\. ([^.].*)$/.exec(error.message)?.[1] ?? error.message.split('invalid. ')[1]
      return {
        ...base,
        summary: `The value of ${quoted} is not valid`,
        ...(allowed && { detail: [allowed] }),
        nextSteps: [seeHelp],
      }
    }
    case 'commander.missingArgument':
      return { ...base, summary: `«${verb}» needs a word: ${quoted.toUpperCase()}`, nextSteps: [seeHelp] }
    default:
      return {
        ...base,
        summary: verb ? `«${verb}» needs one more word` : 'This is not understood',
        nextSteps: [seeHelp],
      }
  }
}

/** The name that a message of commander is about: without the value after `=` or right behind a short flag. */
function nameIn(message: string): string {
  const quoted = /'([^']*)/.exec(message)?.[1] ?? ''
  return /--[a-z0-9-]+/i.exec(quoted)?.[0] ?? (quoted.startsWith('-') ? quoted.slice(0, 2) : quoted)
}

function unknown(summary: string, near: string | undefined, seeHelp: { command: string }[]): Problem {
  return {
    code: 'cli/usage',
    kind: 'invalid',
    summary,
    nextSteps: near ? [['Did you mean ', { value: near }, '?'], seeHelp] : [seeHelp],
  }
}
