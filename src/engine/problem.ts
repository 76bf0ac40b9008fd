/**
 * What went wrong, for whom, and what to do next. Errors cross layers only in this form, so that a card on the
 * screen, a log line and a JSON document can all do the same facts justice.
 */

/** A piece of text as data: prose, or something a reader may want to copy. */
export type Token =
  | string
  | { readonly command: string }
  | { readonly path: string }
  | { readonly value: string }
  | { readonly link: string }

/** One sentence or paragraph. */
export type Text = string | readonly Token[]

/** Decides the retry, the exit code and the colour. */
export type ProblemKind =
  | 'unreachable'
  | 'timeout'
  | 'forbidden'
  | 'missing'
  | 'conflict'
  | 'invalid'
  | 'unsupported'
  | 'cancelled'
  | 'bug'

export interface Problem {
  /** Stable and greppable, `area/reason`; a page of the handbook. */
  readonly code: string
  readonly kind: ProblemKind
  /** Present tense, one sentence. */
  readonly summary: Text
  /** What was observed, the server's own words included. */
  readonly detail?: readonly Text[]
  /** Imperative, most likely first. Empty only for a bug. */
  readonly nextSteps: readonly Text[]
}

/** Carries a Problem through code that can only throw. */
export class ProblemError extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(`${problem.code}: ${flatten(problem.summary)}`)
    this.name = 'ProblemError'
    this.problem = problem
  }
}

/** Throws a Problem; an expression, so that it can stand on the right of `??`. */
export function raise(problem: Problem): never {
  throw new ProblemError(problem)
}

/** The text as one plain string. */
export function flatten(text: Text): string {
  return typeof text === 'string' ? text : text.map(token).join('')
}

function token(part: Token): string {
  if (typeof part === 'string') return part
  if ('command' in part) return part.command
  if ('path' in part) return part.path
  if ('value' in part) return part.value
  return part.link
}

/**
 * The Problem in whatever was thrown. Anything that is not a Problem is a bug of ours: its message is kept,
 * its properties are not, because an SDK's error object can carry a private key.
 */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof ProblemError) return thrown.problem
  if (isAbort(thrown)) return cancelled()
  const message =
    thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : 'a value that is no Error was thrown'
  const where =
    thrown instanceof Error
      ? (thrown.stack ?? '')
          .split('\n')
          .slice(1, 6)
          .map(line => line.trim())
      : []
  return {
    code: 'engine/bug',
    kind: 'bug',
    summary: `This is a bug in thinkube-langfuse: ${message}`,
    detail: where,
    nextSteps: [],
  }
}

export function cancelled(): Problem {
  return {
    code: 'engine/cancelled',
    kind: 'cancelled',
    summary: 'The run was interrupted',
    nextSteps: [['Run the same command again: it continues where it stopped']],
  }
}

export function isAbort(thrown: unknown): boolean {
  return (
    thrown instanceof Error &&
    (thrown.name === 'AbortError' || (thrown as { code?: unknown }).code === 'ABORT_ERR')
  )
}

/** Compile-time proof that a union was handled whole. */
export function assertNever(value: never): never {
  throw new Error(`not handled: ${JSON.stringify(value)}`)
}
