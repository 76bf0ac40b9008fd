import { type Problem, ProblemError, type Text } from '../../engine/problem.ts'
import { messageOf, problemIn } from '../connection/cause.ts'

export interface ClickhouseWhere {
  /** `clickhouse/clickhouse-clickhouse:8123` */
  readonly name: string
  readonly namespace: string
  readonly user: string
}

/** Number of ClickHouse's error (`516`), from its client or its native protocol. */
export function clickhouseCode(thrown: unknown): number | undefined {
  const code = (thrown as { readonly code?: unknown } | null)?.code
  if (!(thrown instanceof Error) || code === undefined) return undefined
  return /^\d+$/.test(String(code)) ? Number(code) : undefined
}

export function clickhouseError(thrown: unknown, where: ClickhouseWhere): ProblemError {
  return new ProblemError(clickhouseProblem(thrown, where))
}

export function clickhouseProblem(thrown: unknown, { name, namespace, user }: ClickhouseWhere): Problem {
  const tunnel = problemIn(thrown)
  if (tunnel && (tunnel.kind !== 'unreachable' || tunnel.code.startsWith('clickhouse/'))) return tunnel
  const code = clickhouseCode(thrown)
  const detail: Text[] = tunnel
    ? [tunnel.summary, ...(tunnel.detail ?? [])]
    : [`ClickHouse at ${name}: ${messageOf(thrown)}${code ? ` (code ${code})` : ''}`]
  const problem = (
    reason: string,
    kind: Problem['kind'],
    summary: Text,
    nextSteps: readonly Text[],
  ): Problem => ({ code: `clickhouse/${reason}`, kind, summary, detail, nextSteps })

  switch (code) {
    case 192:
    case 193:
    case 194:
    case 516:
      return problem(
        'login-refused',
        'forbidden',
        ['ClickHouse refuses the login of ', { value: user }],
        [
          [
            'Compare with the Secret: ',
            { command: `kubectl get secret clickhouse-credentials -n ${namespace}` },
          ],
          ['Give the current password with ', { command: '--clickhouse-password-file FILE' }],
        ],
      )
    case 497:
      return problem(
        'forbidden',
        'forbidden',
        ['ClickHouse does not let ', { value: user }, ' do this'],
        [
          [
            'Use an administrator: ',
            { command: 'THINKUBE_LANGFUSE_CLICKHOUSE_USER=NAME' },
            ' with ',
            { command: '--clickhouse-password-file FILE' },
          ],
        ],
      )
    case 495:
    case 514:
      return problem(
        'no-access-management',
        'unsupported',
        'ClickHouse cannot store users: it has no writable access storage',
        [
          'Set access_management and a local_directory in its configuration',
          'Or let Langfuse use the login of the platform',
        ],
      )
    case 81:
      return problem('no-database', 'missing', 'ClickHouse has no such database', [
        ['Create it by running ', { command: 'thinkube-langfuse install' }],
      ])
    case 60:
      return problem('no-table', 'missing', 'ClickHouse has no such table', [
        'The migrations of Langfuse make its tables: look whether its web pod has started',
      ])
    case 57:
    case 82:
    case 493:
      return problem('conflict', 'conflict', 'ClickHouse holds something that is in the way', [
        'Run the same command again: it looks at the new state first',
      ])
    case 159:
    case 160:
      return problem('timeout', 'timeout', 'ClickHouse took too long for a query', [
        'Run the same command again',
      ])
    case 202:
    case 241:
      return problem('overloaded', 'unreachable', 'ClickHouse is out of memory or connections', [
        ['Look at its pod: ', { command: `kubectl top pods -n ${namespace}` }],
        'Run the same command again when it has settled',
      ])
  }
  if (code !== undefined) {
    return problem('refused-statement', 'invalid', 'ClickHouse does not accept a statement of ours', [
      'Report it with the record of this run, which is named at the end',
    ])
  }
  return problem(
    'unreachable',
    'unreachable',
    ['ClickHouse at ', { value: name }, ' does not answer'],
    [
      ['Look at its pod: ', { command: `kubectl get pods -n ${namespace}` }],
      'Run the same command again when it is ready',
    ],
  )
}
