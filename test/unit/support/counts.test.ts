import { expect, it } from 'vitest'
import { countsOf, lastLine, sum } from '../../support/counts.ts'

const report = (more: object = {}) => ({
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numFailedTestSuites: 0,
  ...more,
})

it.each<[string, unknown, number, string]>([
  ['all passed', report(), 0, '3 passed, 0 failed'],
  ['one failed', report({ numFailedTests: 1, numFailedTestSuites: 1 }), 1, '3 passed, 1 failed'],
  ['one skipped', report({ numPendingTests: 1 }), 0, '3 passed, 1 failed'],
  ['one to be done', report({ numTodoTests: 1 }), 0, '3 passed, 1 failed'],
  ['a file that cannot be loaded', report({ numFailedTestSuites: 2 }), 1, '3 passed, 2 failed'],
  ['a bad exit that nothing explains', report(), 1, '3 passed, 1 failed'],
  ['no tests at all', report({ numPassedTests: 0 }), 0, '0 passed, 1 failed'],
  ['no report', undefined, 0, '0 passed, 1 failed'],
])('%s', (_case, given, exitCode, line) => expect(lastLine(countsOf(given, exitCode))).toBe(line))

it('adds up', () =>
  expect(
    sum([
      { passed: 1, failed: 2 },
      { passed: 3, failed: 4 },
    ]),
  ).toEqual({ passed: 4, failed: 6 }))
