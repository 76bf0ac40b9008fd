import { type Problem, ProblemError, type Text } from '../../engine/problem.ts'
import { messageOf, problemIn, systemCode } from '../connection/cause.ts'

export interface PostgresWhere {
  /** `postgres/postgresql-official:5432` */
  readonly name: string
  readonly namespace: string
  readonly user: string
  readonly database: string
}

/** SQLSTATE of an error the server sent. */
export function sqlState(thrown: unknown): string | undefined {
  const code = (thrown as { readonly code?: unknown } | null)?.code
  return thrown instanceof Error && typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined
}

export function postgresError(thrown: unknown, where: PostgresWhere): ProblemError {
  return new ProblemError(postgresProblem(thrown, where))
}

/** Everything `pg` and PostgreSQL can throw at us, once. */
export function postgresProblem(
  thrown: unknown,
  { name, namespace, user, database }: PostgresWhere,
): Problem {
  const tunnel = problemIn(thrown)
  if (tunnel && tunnel.kind !== 'unreachable') return tunnel
  const state = sqlState(thrown)
  const detail: Text[] = tunnel
    ? [tunnel.summary, ...(tunnel.detail ?? [])]
    : [`PostgreSQL at ${name}: ${messageOf(thrown)}${state ? ` (SQLSTATE ${state})` : ''}`]
  const problem = (
    reason: string,
    kind: Problem['kind'],
    summary: Text,
    nextSteps: readonly Text[],
  ): Problem => ({ code: `postgres/${reason}`, kind, summary, detail, nextSteps })

  switch (state) {
    case '28P01':
    case '28000':
      return loginRefused(user, detail)
    case '3D000':
      return problem(
        'no-database',
        'missing',
        ['PostgreSQL has no database ', { value: database }],
        [['Create it by running ', { command: 'thinkube-langfuse install' }]],
      )
    case '42501':
      return problem(
        'forbidden',
        'forbidden',
        ['PostgreSQL does not let ', { value: user }, ' do this'],
        [
          [
            'Use an administrator: ',
            { command: 'THINKUBE_LANGFUSE_POSTGRES_USER=NAME' },
            ' with ',
            { command: '--postgres-password-file FILE' },
          ],
        ],
      )
    case '25006':
      return problem('read-only', 'invalid', 'PostgreSQL is read-only', [
        'It is a standby, or was set read-only: point the installation at the primary',
      ])
    case '53300':
      return problem('too-many-connections', 'unreachable', 'PostgreSQL has no connection left', [
        'Stop clients that hold idle connections, or raise max_connections',
        'Run the same command again',
      ])
    case '57P01':
    case '57P02':
    case '57P03':
      return problem('starting', 'unreachable', 'PostgreSQL is starting or stopping', [
        ['Wait until its pod is ready: ', { command: `kubectl get pods -n ${namespace}` }],
        'Run the same command again',
      ])
    case '42710':
    case '42P04':
    case '23505':
    case '55006':
    case '2BP01':
      return problem('conflict', 'conflict', 'PostgreSQL holds something that is in the way', [
        'Run the same command again: it looks at the new state first',
      ])
  }
  if (state) {
    return problem('refused-statement', 'invalid', 'PostgreSQL does not accept a statement of ours', [
      'Report it with the record of this run, which is named at the end',
    ])
  }
  const code = systemCode(thrown)
  return problem(
    'unreachable',
    'unreachable',
    ['PostgreSQL at ', { value: name }, ' does not answer'],
    [
      ['Look at its pod: ', { command: `kubectl get pods -n ${namespace}` }],
      ...(code === 'ENOTFOUND' ? [['Leave out ', { command: '--direct' }] as Text] : []),
      'Run the same command again when it is ready',
    ],
  )
}

/** Let in without being asked, with a password that is not the stored one: over the network it would be refused. */
export function notThePassword(user: string): Problem {
  return loginRefused(user, [
    'The connection was let in without a password, as PostgreSQL trusts its own loopback',
    'The password is not the one that is stored for this role, so pods would be refused',
  ])
}

function loginRefused(user: string, detail: readonly Text[]): Problem {
  return {
    code: 'postgres/login-refused',
    kind: 'forbidden',
    summary: ['PostgreSQL refuses the login of ', { value: user }],
    detail,
    nextSteps: [
      'The password in the Secret may be stale: it only counts when the database is first created. Find the current one',
      ['Then give it with ', { command: '--postgres-password-file FILE' }],
    ],
  }
}
