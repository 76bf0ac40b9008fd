import { type Problem, ProblemError, type ProblemKind, raise, type Text } from '../../engine/problem.ts'
import { throwStatus } from '../kubernetes/errors.ts'

/** Refusals of the in-memory platform, in the words of the real adapters wherever they have some. */

/** As if the API server had answered with this status. */
export function answer(
  code: number,
  { verb, what }: { readonly verb: string; readonly what: string },
  message: string,
): never {
  return throwStatus(code, JSON.stringify({ message }), { verb, what })
}

/** As if an SDK had thrown this: the adapter's own translation makes a Problem of it. */
export function translated<Where>(
  translate: (thrown: unknown, where: Where) => Problem,
  where: Where,
  error: { readonly message: string } & Readonly<Record<string, unknown>>,
): never {
  const { message, ...fields } = error
  return raise(translate(Object.assign(new Error(message), fields), where))
}

/** Runs a connection through the adapter's translation of what can go wrong with it. */
export function translating<Where>(
  translate: (thrown: unknown, where: Where) => Problem,
  where: Where,
  work: () => void,
): void {
  try {
    work()
  } catch (thrown) {
    throw new ProblemError(translate(thrown, where))
  }
}

export function refuse(
  code: string,
  kind: ProblemKind,
  summary: Text,
  more: { readonly detail?: readonly Text[]; readonly nextSteps?: readonly Text[] } = {},
): never {
  const problem: Problem = {
    code,
    kind,
    summary,
    ...(more.detail && { detail: more.detail }),
    nextSteps: more.nextSteps ?? ['Look at the scenario: this platform exists in memory only'],
  }
  return raise(problem)
}
