import { readFile as read } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import envPaths from 'env-paths'
import { parseDocument } from 'yaml'
import type { Setting } from '../engine/events.ts'
import { type Problem, raise, type Text } from '../engine/problem.ts'
import { fromEnvironment, fromFile, fromFlags, type OverridingFlags, type Raw } from './collect.ts'
import { CONFIG_ENVIRONMENT, KEYS } from './keys.ts'
import { Secret } from './secret.ts'

/** A value with where it was found. */
export interface Found<T> {
  readonly value: T
  readonly origin: string
}

/** What was given for this run; it wins over what is discovered. */
export interface Overrides {
  text(key: string): Found<string> | undefined
  secret(key: string): Found<Secret> | undefined
  /** Every value with its origin; secrets as `hidden`. */
  readonly settings: readonly Setting[]
}

export interface LoadOptions {
  readonly flags: OverridingFlags & { readonly config?: string }
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** Rejects with an error that carries `code` (`ENOENT` …). */
  readonly readFile?: (path: string) => Promise<string>
  /** Read when it is there and no other file was named. */
  readonly defaultFile?: string
}

export const defaultConfigFile = (): string =>
  join(envPaths('thinkube-langfuse', { suffix: '' }).config, 'config.yaml')

/** File, then environment, then flags: the later one wins. Everything that is wrong is said at once. */
export async function loadOverrides({
  flags,
  env,
  cwd,
  readFile = path => read(path, 'utf8'),
  defaultFile = defaultConfigFile(),
}: LoadOptions): Promise<Overrides> {
  const named = flags.config ?? env[CONFIG_ENVIRONMENT]
  const path = named ? absolute(named, cwd) : defaultFile
  const text = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (!named && error.code === 'ENOENT') return undefined
    raise(
      unreadable(
        path,
        error.code,
        named === undefined ? 'the settings' : flags.config ? '--config' : `$${CONFIG_ENVIRONMENT}`,
      ),
    )
  })
  const file = fromFile(text === undefined ? undefined : parse(text, path), path)
  const sources = [file, fromEnvironment(env), fromFlags(flags)]
  const complaints: Text[] = sources.flatMap(source => source.complaints)
  const raws = new Map(sources.flatMap(source => source.raws).map(raw => [raw.key, raw]))
  const found = new Map<string, Found<string>>()
  for (const raw of raws.values()) {
    const value = raw.file
      ? await contentOf(raw, raw.origin === path ? dirname(path) : cwd, readFile)
      : raw.text
    const checked = KEYS[raw.key]!.schema.safeParse(value)
    if (checked.success) found.set(raw.key, { value: checked.data, origin: raw.origin })
    else complaints.push(`${raw.key} (${raw.origin}) wants ${wish(checked.error.issues[0])}`)
  }
  if (complaints.length > 0) raise(invalid(complaints))
  return overridesOf(found)
}

function overridesOf(found: ReadonlyMap<string, Found<string>>): Overrides {
  const byName = new Map([...found].map(([key, value]) => [KEYS[key]!.as ?? key, { key, ...value }]))
  return {
    text(name) {
      const value = byName.get(name)
      return value && KEYS[value.key]!.is !== 'secret'
        ? { value: value.value, origin: value.origin }
        : undefined
    },
    secret(name) {
      const value = byName.get(name)
      return value && KEYS[value.key]!.is === 'secret'
        ? { value: new Secret(value.value), origin: value.origin }
        : undefined
    },
    settings: [...found].map(([key, { value, origin }]) => {
      const { is } = KEYS[key]!
      return { key, value: is === 'secret' ? 'hidden' : is === 'content' ? 'given' : value, origin }
    }),
  }
}

/** The parser's own message quotes the line, which may hold anything; only its place is told. */
function parse(text: string, path: string): unknown {
  const document = parseDocument(text, { prettyErrors: false })
  const error = document.errors[0]
  if (!error) return document.toJS()
  const line = text.slice(0, error.pos[0]).split('\n').length
  return raise({
    code: 'config/not-yaml',
    kind: 'invalid',
    summary: ['The settings in ', { path }, ' are not valid YAML'],
    detail: [`line ${line}: ${error.code.toLowerCase().replaceAll('_', ' ')}`],
    nextSteps: [`Mend line ${line}`],
  })
}

/** One newline at the end belongs to the editor, not to the secret. */
async function contentOf(
  raw: Raw,
  folder: string,
  readFile: (path: string) => Promise<string>,
): Promise<string> {
  const path = absolute(raw.text, folder)
  const text = await readFile(path).catch((error: NodeJS.ErrnoException) =>
    raise(unreadable(path, error.code, raw.origin)),
  )
  return text.replace(/\r?\n$/, '')
}

function absolute(path: string, folder: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : resolve(folder, path)
}

function wish(
  issue:
    | { readonly code: string; readonly message: string; readonly values?: readonly unknown[] }
    | undefined,
): string {
  if (issue?.values) return `one of ${issue.values.join(', ')}`
  return issue?.message ?? 'something else'
}

function unreadable(path: string, code: string | undefined, origin: string): Problem {
  const why: Readonly<Record<string, string>> = {
    ENOENT: 'it is not there',
    EACCES: 'you may not read it',
    EISDIR: 'it is a folder',
  }
  return {
    code: 'config/unreadable',
    kind: code === 'ENOENT' ? 'missing' : code === 'EACCES' ? 'forbidden' : 'invalid',
    summary: ['The file ', { path }, ` cannot be read: ${why[code ?? ''] ?? code ?? 'unknown error'}`],
    detail: [`named by ${origin}`],
    nextSteps: ['Check the name and the permissions of the file'],
  }
}

function invalid(complaints: readonly Text[]): Problem {
  return {
    code: 'config/invalid',
    kind: 'invalid',
    summary:
      complaints.length === 1 ? 'One setting is not valid' : `${complaints.length} settings are not valid`,
    detail: complaints,
    nextSteps: [['See where each setting comes from: ', { command: 'thinkube-langfuse config view' }]],
  }
}
