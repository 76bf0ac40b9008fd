import type { Context } from './context.ts'

/** One field that is not as it should be. Values that are secret are given as fingerprints. */
export interface Difference {
  readonly field: string
  readonly actual: string
  readonly wanted: string
}

/**
 * What a task found. `expected` of an absent thing is the output it will have once made, where that is known
 * beforehand: it lets the plan look behind a thing that is not there yet.
 */
export type Observation<Out> =
  | { readonly is: 'absent'; readonly expected?: Out }
  | { readonly is: 'present'; readonly output: Out }
  | { readonly is: 'drifted'; readonly differences: readonly Difference[]; readonly expected?: Out }
  | { readonly is: 'foreign'; readonly owner: string; readonly nextSteps: readonly string[] }

/** Present when nothing differs. */
export function compared<Out>(differences: readonly Difference[], output: Out): Observation<Out> {
  return differences.length === 0
    ? { is: 'present', output }
    : { is: 'drifted', differences, expected: output }
}

/** What undoing did. */
export type Undone =
  | { readonly is: 'removed'; readonly what: string }
  | { readonly is: 'nothing' }
  | { readonly is: 'left'; readonly because: string }

export interface Keep {
  readonly keep: string
}

/** The system a task changes; the review groups by it. */
export type SystemName =
  | 'Kubernetes'
  | 'PostgreSQL'
  | 'ClickHouse'
  | 'S3'
  | 'Valkey'
  | 'Keycloak'
  | 'Langfuse'
  | 'thinkube-langfuse'

export type Inputs<Needs> = {
  readonly [K in keyof Needs]: Needs[K] extends Task<infer _S, infer _N, infer Out> ? Out : never
}

/** One reversible change. */
export interface Task<Services, Needs extends Record<string, AnyTask<Services>>, Out> {
  /** Its path under `tasks/`, e.g. `database/role`. */
  readonly id: string
  /** Noun and past participle: "Bucket created". */
  readonly title: string
  readonly system: SystemName
  /** The thing itself, for the review: "database langfuse_db". */
  readonly subject: (services: Services) => string
  /** Other tasks; their outputs are the inputs here. */
  readonly needs: Needs
  /** Writes nothing. */
  observe(ctx: Context<Services>, inputs: Inputs<Needs>): Promise<Observation<Out>>
  /** Idempotent; may be interrupted at any await. */
  apply(ctx: Context<Services>, inputs: Inputs<Needs>): Promise<void>
  readonly undo: Keep | ((ctx: Context<Services>) => Promise<Undone>)
}

// The one `any` of the code: a list of tasks whose inputs and outputs differ from each other.
// biome-ignore lint/suspicious/noExplicitAny: heterogeneous list
export type AnyTask<Services> = Task<Services, any, any>

/** Keeps the inference of `needs` and `Out` while fixing `Services`. */
export function defineTask<Services>() {
  return <Needs extends Record<string, AnyTask<Services>>, Out>(
    task: Task<Services, Needs, Out>,
  ): Task<Services, Needs, Out> => task
}

export interface Phase<Services> {
  /** `identity`, `database` …: what `--to PHASE` names. */
  readonly id: string
  /** "PostgreSQL role and database" */
  readonly title: string
  readonly tasks: readonly AnyTask<Services>[]
}
