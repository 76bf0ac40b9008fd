import type { Command, Option } from 'commander'
import { NAME } from './program.ts'

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]
export const isShell = (name: string): name is Shell => (SHELLS as readonly string[]).includes(name)

/** One place of the command line: after these words, these may follow. */
interface Place {
  readonly path: string
  /** Other names of its last word. */
  readonly aliases: readonly string[]
  readonly words: readonly Word[]
  readonly options: readonly Option[]
}

interface Word {
  readonly name: string
  readonly description: string
}

/** A completion script made from the program itself, so that it cannot fall behind. */
export function completionScript(shell: Shell, program: Command): string {
  const places = [...placesOf(program, [])]
  switch (shell) {
    case 'bash':
      return bash(places)
    case 'zsh':
      return `#compdef ${NAME}\nautoload -U +X bashcompinit && bashcompinit\n${bash(places)}`
    case 'fish':
      return fish(places)
  }
}

function* placesOf(command: Command, path: readonly string[]): Generator<Place> {
  const children = command.commands.filter(one => one.name() !== 'wizard')
  const words = children.map(one => ({ name: one.name(), description: one.description() }))
  const argument = command.registeredArguments[0]
  const shells = argument?.name() === 'shell' ? SHELLS.map(name => ({ name, description: name })) : []
  yield {
    path: path.join(' '),
    aliases: command.aliases(),
    words: [...words, ...shells],
    options: command.options,
  }
  for (const child of children) yield* placesOf(child, [...path, child.name()])
}

const flagsOf = (options: readonly Option[]) =>
  options.flatMap(one => [one.long, one.short]).filter(flag => flag !== undefined)

/** What stands before a place and its last word, under each of its names. */
function patternsOf({ path, aliases }: Place): string {
  const words = path.split(' ')
  const before = words.slice(0, -1).join(' ')
  return [words.at(-1), ...aliases].map(name => `"${before} ${name}"`).join('|')
}

function bash(places: readonly Place[]): string {
  const root = places[0]!
  const verbs = places.filter(place => place.path)
  const values = places.flatMap(place => place.options).filter(one => one.argChoices)
  const files = places.flatMap(place => place.options).filter(one => /<(file|dir)>/.test(one.flags))
  return `_${id()}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path="" word
  case "$previous" in
${values.map(one => `    ${flagsOf([one]).join('|')}) COMPREPLY=($(compgen -W "${one.argChoices!.join(' ')}" -- "$current")); return ;;`).join('\n')}
    ${flagsOf(files).join('|')}) COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
${verbs.map(place => `      ${patternsOf(place)}) path="${place.path}" ;;`).join('\n')}
    esac
  done
  local words="" flags="${flagsOf(root.options).join(' ')} --help"
  case "$path" in
    "") words="${root.words.map(word => word.name).join(' ')} help" ;;
${verbs
  .map(
    place =>
      `    "${place.path}") words="${place.words.map(word => word.name).join(' ')}" flags="$flags ${flagsOf(place.options).join(' ')}" ;;`,
  )
  .join('\n')}
  esac
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$current")) ;;
    *) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
  esac
}
complete -F _${id()} ${NAME}
`
}

function fish(places: readonly Place[]): string {
  const lines = [`complete -c ${NAME} -f`]
  for (const place of places) {
    const when = place.path
      ? `-n '${place.path
          .split(' ')
          .map(
            (word, at, all) =>
              `__fish_seen_subcommand_from ${[word, ...(at === all.length - 1 ? place.aliases : [])].join(' ')}`,
          )
          .join('; and ')}'`
      : ''
    const wordsWhen = place.path ? when : `-n __fish_use_subcommand`
    for (const word of place.words)
      lines.push(`complete -c ${NAME} ${wordsWhen} -a ${word.name} -d ${quote(word.description)}`)
    for (const option of place.options) {
      const takes = option.required ? (/<(file|dir)>/.test(option.flags) ? ' -r -F' : ' -x') : ''
      const choices = option.argChoices ? ` -a '${option.argChoices.join(' ')}'` : ''
      const short = option.short ? ` -s ${option.short.slice(1)}` : ''
      const long = option.long ? ` -l ${option.long.slice(2)}` : ''
      lines.push(
        `complete -c ${NAME} ${when}${short}${long}${takes}${choices} -d ${quote(option.description)}`.replaceAll(
          '  ',
          ' ',
        ),
      )
    }
  }
  return `${lines.join('\n')}\n`
}

const id = () => NAME.replaceAll('-', '_')
const quote = (text: string) => `'${text.replaceAll("'", "\\'")}'`
