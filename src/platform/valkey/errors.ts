import { type Problem, ProblemError, type Text } from '../../engine/problem.ts'
import { messageOf, problemIn } from '../connection/cause.ts'

export interface ValkeyWhere {
  /** `valkey/valkey:6379` */
  readonly name: string
  readonly namespace: string
}

export function valkeyError(thrown: unknown, where: ValkeyWhere): ProblemError {
  return new ProblemError(valkeyProblem(thrown, where))
}

/** The first word of a RESP error: `WRONGPASS`, `NOAUTH`, `NOPERM`, `OOM`, `ERR`. */
export function respCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || thrown.name !== 'ReplyError') return undefined
  return /^[A-Z]+/.exec(thrown.message)?.[0]
}

export function valkeyProblem(thrown: unknown, { name, namespace }: ValkeyWhere): Problem {
  const tunnel = problemIn(thrown)
  if (tunnel && (tunnel.kind !== 'unreachable' || tunnel.code.startsWith('valkey/'))) return tunnel
  const detail: Text[] = tunnel
    ? [tunnel.summary, ...(tunnel.detail ?? [])]
    : [`Valkey at ${name}: ${messageOf(thrown)}`]
  const problem = (
    reason: string,
    kind: Problem['kind'],
    summary: Text,
    nextSteps: readonly Text[],
  ): Problem => ({ code: `valkey/${reason}`, kind, summary, detail, nextSteps })
  const secret: Text = [
    'Compare with the Secret: ',
    { command: `kubectl get secret valkey-auth -n ${namespace} -o jsonpath='{.data.password}'` },
  ]
  switch (respCode(thrown)) {
    case 'WRONGPASS':
      return problem('login-refused', 'forbidden', 'Valkey refuses the password', [
        secret,
        ['Give the current one with ', { command: '--valkey-password-file FILE' }],
      ])
    case 'NOAUTH':
      return problem('password-wanted', 'forbidden', 'Valkey asks for a password and none is known', [
        secret,
        ['Give it with ', { command: '--valkey-password-file FILE' }],
      ])
    case 'NOPERM':
      return problem('forbidden', 'forbidden', 'Valkey does not let this user do this', [
        'Give the user the missing command in its ACL',
      ])
    case 'LOADING':
    case 'MASTERDOWN':
    case 'CLUSTERDOWN':
      return problem('starting', 'unreachable', 'Valkey is still loading its data', [
        'Run the same command again when it has loaded',
      ])
    case 'READONLY':
      return problem('read-only', 'invalid', 'This Valkey is a replica and takes no writes', [
        'Point the installation at the primary',
      ])
    case 'OOM':
      return problem('out-of-memory', 'unreachable', 'Valkey has no memory left', [
        'Raise maxmemory, or remove keys that nobody needs',
      ])
    case undefined:
      return problem(
        'unreachable',
        'unreachable',
        ['Valkey at ', { value: name }, ' does not answer'],
        [
          ['Look at its pod: ', { command: `kubectl get pods -n ${namespace}` }],
          'Run the same command again when it is ready',
        ],
      )
    default:
      return problem('refused-command', 'invalid', 'Valkey does not accept a command of ours', [
        'Report it with the record of this run, which is named at the end',
      ])
  }
}
