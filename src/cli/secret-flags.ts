import type { Problem, Text } from '../engine/problem.ts'

interface SecretFlag {
  /** What a person would try to type. */
  readonly name: string
  readonly environment: string
}

const SECRETS: readonly SecretFlag[] = [
  { name: 'postgres-password', environment: 'THINKUBE_LANGFUSE_POSTGRES_PASSWORD' },
  { name: 'clickhouse-password', environment: 'THINKUBE_LANGFUSE_CLICKHOUSE_PASSWORD' },
  { name: 'valkey-password', environment: 'THINKUBE_LANGFUSE_VALKEY_PASSWORD' },
  { name: 'keycloak-password', environment: 'THINKUBE_LANGFUSE_KEYCLOAK_PASSWORD' },
  { name: 's3-secret-key', environment: 'THINKUBE_LANGFUSE_S3_SECRET_KEY' },
]

/**
 * Refuses a secret that stands on the command line, before anything else looks at it. A flag value is in the process
 * list of every user of the machine and in the history of the shell. The value is not repeated.
 */
export function refuseSecretFlags(args: readonly string[]): Problem | undefined {
  for (const arg of args) {
    const name = /^--?([a-z0-9][a-z0-9-]*)(?:=|$)/i.exec(arg)?.[1]?.toLowerCase()
    if (!name) continue
    const known = SECRETS.find(secret => secret.name === name)
    if (known) return problem(known.name, known)
    if (/(^|-)(password|passwd|secret|secret-key|token|api-key)$/.test(name)) return problem(name, undefined)
  }
  return undefined
}

function problem(name: string, known: SecretFlag | undefined): Problem {
  return {
    code: 'cli/secret-in-flag',
    kind: 'invalid',
    summary: ['A secret is never a flag: ', { value: `--${name}` }, ' is refused'],
    detail: [
      'A command line is shown to every user of this machine (ps) and kept in the history of the shell.',
      'If a real secret was given, take it out of the history and consider changing it.',
    ],
    nextSteps: known ? otherWays(known) : ANY_SECRET,
  }
}

const otherWays = (known: SecretFlag): readonly Text[] => [
  ['Write it to a file that only you can read and pass its name: ', { command: `--${known.name}-file FILE` }],
  ['Or set the environment variable ', { value: known.environment }],
]

const ANY_SECRET: readonly Text[] = [
  'Leave it out: what the program needs is read from the cluster',
  ['See which secrets can be given by file: ', { command: 'thinkube-langfuse --help' }],
]
