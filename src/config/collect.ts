import type { Text } from '../engine/problem.ts'
import { environmentName, isOurs, KEYS, OTHER_ENVIRONMENT, PREFIX } from './keys.ts'
import { suggest } from './suggest.ts'

/** A value as it was given; `file` means that the text is the name of a file that holds the value. */
export interface Raw {
  readonly key: string
  readonly text: string
  readonly file: boolean
  readonly origin: string
}

export interface Collected {
  readonly raws: readonly Raw[]
  /** What is wrong, one sentence each; values are never repeated. */
  readonly complaints: readonly Text[]
}

/** Flags that give a setting; names as the command line spells them. */
export interface OverridingFlags {
  readonly namespace?: string
  readonly langfuseVersion?: string
  readonly timeout?: string
  readonly tlsCaFile?: string
  readonly postgresPasswordFile?: string
  readonly clickhousePasswordFile?: string
  readonly valkeyPasswordFile?: string
  readonly keycloakPasswordFile?: string
  readonly s3SecretKeyFile?: string
}

const FLAGS: Readonly<Record<keyof OverridingFlags, { key: string; flag: string; file: boolean }>> = {
  namespace: { key: 'namespace', flag: '--namespace', file: false },
  langfuseVersion: { key: 'langfuse.version', flag: '--langfuse-version', file: false },
  timeout: { key: 'timeout', flag: '--timeout', file: false },
  tlsCaFile: { key: 'tls.ca', flag: '--tls-ca-file', file: true },
  postgresPasswordFile: { key: 'postgres.password', flag: '--postgres-password-file', file: true },
  clickhousePasswordFile: { key: 'clickhouse.password', flag: '--clickhouse-password-file', file: true },
  valkeyPasswordFile: { key: 'valkey.password', flag: '--valkey-password-file', file: true },
  keycloakPasswordFile: { key: 'keycloak.password', flag: '--keycloak-password-file', file: true },
  s3SecretKeyFile: { key: 's3.secretKey', flag: '--s3-secret-key-file', file: true },
}

export function fromFlags(flags: OverridingFlags): Collected {
  const raws = Object.entries(FLAGS).flatMap(([name, { key, flag, file }]): Raw[] => {
    const text = flags[name as keyof OverridingFlags]
    return text === undefined ? [] : [{ key, text, file, origin: flag }]
  })
  return { raws, complaints: [] }
}

export function fromEnvironment(env: Readonly<Record<string, string | undefined>>): Collected {
  const raws: Raw[] = []
  const complaints: Text[] = []
  const known: string[] = [...OTHER_ENVIRONMENT]
  for (const [key, { is }] of Object.entries(KEYS)) {
    const name = environmentName(key)
    const file = `${name}_FILE`
    if (is !== 'content') known.push(name)
    if (is !== 'text') known.push(file)
    // An empty variable is a variable somebody meant to leave out.
    if (env[name] && is !== 'content') raws.push({ key, text: env[name], file: false, origin: `$${name}` })
    if (env[file] && is !== 'text') raws.push({ key, text: env[file], file: true, origin: `$${file}` })
    if (env[name] && env[file] && is === 'secret')
      complaints.push(`$${name} and $${file} are both set: keep one`)
  }
  for (const name of Object.keys(env).filter(isOurs)) {
    if (known.includes(name)) continue
    // Only what looks like a slip: in a pod the kubelet sets variables for Services, which may share our prefix.
    const near = suggest(own(name), known.map(own))
    if (near) complaints.push(`There is no variable ${name}: did you mean ${PREFIX}${near}?`)
  }
  return { raws, complaints }
}

const own = (name: string): string => name.slice(PREFIX.length)

/** A parsed YAML document; `name` is the file it came from. */
export function fromFile(document: unknown, name: string): Collected {
  const raws: Raw[] = []
  const complaints: Text[] = []
  const names = Object.entries(KEYS).map(([key, { is }]) => (is === 'text' ? key : `${key}File`))
  const visit = (value: unknown, path: readonly string[]): void => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [key, item] of Object.entries(value)) visit(item, [...path, key])
      return
    }
    if (value === null || value === undefined) return
    const key = path.join('.')
    const holds = KEYS[key.replace(/File$/, '')]
    if (KEYS[key]?.is === 'secret') {
      complaints.push(`${key}: a secret is not written into this file; name a file that holds it: ${key}File`)
    } else if (!names.includes(key)) {
      const near = suggest(key, names)
      complaints.push(`There is no setting ${key}${near ? `: did you mean ${near}?` : ''}`)
    } else if (typeof value !== 'string' && typeof value !== 'number') {
      complaints.push(`${key} is a ${Array.isArray(value) ? 'list' : typeof value}; it wants one value`)
    } else {
      const file = holds !== undefined && holds.is !== 'text'
      raws.push({ key: file ? key.replace(/File$/, '') : key, text: String(value), file, origin: name })
    }
  }
  if (typeof document === 'object' && document !== null && !Array.isArray(document)) visit(document, [])
  else if (document !== null && document !== undefined) complaints.push(`${name} holds no settings`)
  return { raws, complaints }
}
