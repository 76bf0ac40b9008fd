import { type Problem, ProblemError } from '../../engine/problem.ts'

/** An error an SDK threw, as far as we dare to look at it: never printed whole, for it can carry credentials. */
interface Wrapped {
  readonly cause?: unknown
  readonly errors?: unknown
  readonly lastNodeError?: unknown
  readonly previousErrors?: unknown
  readonly code?: unknown
  readonly message?: unknown
}

/** The Problem that a connection of ours put somewhere into an SDK's error, if there is one. */
export function problemIn(thrown: unknown, depth = 6): Problem | undefined {
  if (thrown instanceof ProblemError) return thrown.problem
  return first(thrown, depth, problemIn)
}

/** The first system error code (`ECONNREFUSED`) in an SDK's error. */
export function systemCode(thrown: unknown, depth = 6): string | undefined {
  if (thrown === null || typeof thrown !== 'object') return undefined
  const code = (thrown as Wrapped).code
  // `ECONNREFUSED`, `UND_ERR_SOCKET`, `CERT_HAS_EXPIRED`; not an SQLSTATE or a number of ClickHouse's.
  if (typeof code === 'string' && /^(E[A-Z]+|[A-Z0-9]+(_[A-Z0-9]+)+)$/.test(code)) return code
  return first(thrown, depth, systemCode)
}

/** One line of what an error says; never its properties. */
export function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'no reason was given'
  if (thrown.message) return thrown.message.split('\n', 1)[0]!.slice(0, 400)
  const inner = first(thrown, 3, error =>
    error instanceof Error && error.message ? error.message : undefined,
  )
  return inner ?? systemCode(thrown) ?? thrown.name
}

function first<T>(
  thrown: unknown,
  depth: number,
  look: (inner: unknown, depth: number) => T | undefined,
): T | undefined {
  if (depth === 0 || thrown === null || typeof thrown !== 'object') return undefined
  const { cause, errors, lastNodeError, previousErrors } = thrown as Wrapped
  for (const inner of [cause, lastNodeError, ...list(errors), ...list(previousErrors)]) {
    const found = inner === undefined ? undefined : look(inner, depth - 1)
    if (found !== undefined) return found
  }
  return undefined
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
