import type { Problem } from '../engine/problem.ts'
import type { Mode } from './mode.ts'

export type Verb =
  | 'wizard'
  | 'install'
  | 'check'
  | 'plan'
  | 'rollback'
  | 'credentials'
  | 'config view'
  | 'debug history'
  | 'debug unlock'

/** Everything the command line can say; absent is "not said". Which flag belongs to which verb: `program.ts`. */
export interface Flags {
  // where
  readonly context?: string
  readonly kubeconfig?: string
  readonly namespace?: string
  readonly config?: string
  readonly direct?: boolean
  /** The name of a scenario of the in-memory platform; `fresh` when the flag came without one. */
  readonly rehearse?: string
  // what
  readonly langfuseVersion?: string
  readonly tlsCaFile?: string
  readonly postgresPasswordFile?: string
  readonly clickhousePasswordFile?: string
  readonly valkeyPasswordFile?: string
  readonly keycloakPasswordFile?: string
  readonly s3SecretKeyFile?: string
  /** A duration that `parseDuration` understands. */
  readonly timeout?: string
  // how
  readonly output?: 'plain' | 'json' | 'ndjson'
  readonly quiet?: boolean
  readonly verbose?: boolean
  readonly color?: boolean
  readonly ascii?: boolean
  readonly screenReader?: boolean
  /** False: never ask; what needs an answer is refused. */
  readonly input?: boolean
  readonly yes?: boolean
  readonly logFile?: string
  // check
  readonly only?: readonly string[]
  readonly skip?: readonly string[]
  readonly strict?: boolean
  // plan
  readonly exitCode?: boolean
  // rollback
  readonly to?: string
  readonly dryRun?: boolean
  readonly confirm?: string
  // credentials
  readonly format?: 'env' | 'json'
  readonly reveal?: boolean
  readonly out?: string
}

export interface RunInvocation {
  readonly is: 'run'
  readonly verb: Verb
  readonly flags: Flags
  readonly mode: Mode
}

/** What a command line amounts to. */
export type Invocation =
  | RunInvocation
  | { readonly is: 'help'; readonly text: string; readonly exitCode: number }
  | { readonly is: 'refused'; readonly problem: Problem; readonly mode: Exclude<Mode, 'tui'> }
