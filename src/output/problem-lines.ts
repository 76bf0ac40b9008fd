import type { Problem, Text } from '../engine/problem.ts'
import { linesOf } from './text.ts'

/** What we saw, what it means, what to do next: the body of a problem, without its heading. */
export function problemLines(problem: Problem, width: number): string[] {
  return [
    ...linesOf(problem.summary, width),
    ...(problem.detail ?? []).flatMap(text => linesOf(text, width - 2).map(line => `  ${line}`)),
    ...problem.nextSteps.flatMap(text => stepLines(text, width)),
    `code: ${problem.code}`,
  ]
}

/** One thing to do, with an arrow before its first line. */
export function stepLines(text: Text, width: number): string[] {
  const lines = linesOf(text, width - 2)
  return lines.map((line, index) => (index === 0 ? `→ ${line.trimStart()}` : `  ${line}`))
}
