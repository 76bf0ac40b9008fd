import { z } from 'zod'

export interface Counts {
  readonly passed: number
  readonly failed: number
}

const reportSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  numFailedTestSuites: z.number(),
})

/**
 * Passed and failed tests of a report of the runner. A skipped test is a failure: it proves nothing. So is a file that
 * could not be loaded, a report that is missing, and an exit code that the counts do not explain.
 */
export function countsOf(report: unknown, exitCode: number): Counts {
  const parsed = reportSchema.safeParse(report)
  if (!parsed.success) return { passed: 0, failed: 1 }
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numFailedTestSuites } = parsed.data
  const failed = numFailedTests + numPendingTests + numTodoTests
  const unexplained = failed === 0 && (exitCode !== 0 || numFailedTestSuites > 0 || numPassedTests === 0)
  return { passed: numPassedTests, failed: unexplained ? Math.max(1, numFailedTestSuites) : failed }
}

export const sum = (all: readonly Counts[]): Counts => ({
  passed: all.reduce((total, { passed }) => total + passed, 0),
  failed: all.reduce((total, { failed }) => total + failed, 0),
})

export const lastLine = ({ passed, failed }: Counts): string => `${passed} passed, ${failed} failed`

export function table(parts: readonly { name: string; counts: Counts; seconds: number }[]): string {
  const width = Math.max(...parts.map(({ name }) => name.length))
  return parts
    .map(
      ({ name, counts, seconds }) =>
        `${name.padEnd(width)}  ${String(counts.passed).padStart(5)} passed  ${String(counts.failed).padStart(4)} failed  ${seconds.toFixed(1).padStart(7)} s`,
    )
    .join('\n')
}
