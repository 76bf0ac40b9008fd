import { type Problem, ProblemError, type Text } from '../../engine/problem.ts'
import { messageOf, problemIn } from '../connection/cause.ts'

export interface S3Where {
  /** `seaweedfs/seaweedfs-s3:8333` */
  readonly name: string
  readonly namespace: string
  readonly accessKey: string
}

/** What an error of the S3 SDK says about the server's answer. */
export function s3Answer(thrown: unknown): { readonly code: string; readonly status: number } | undefined {
  if (!(thrown instanceof Error)) return undefined
  const { $metadata } = thrown as Error & { readonly $metadata?: { readonly httpStatusCode?: number } }
  const status = $metadata?.httpStatusCode
  return status === undefined ? undefined : { code: thrown.name, status }
}

export function s3Error(thrown: unknown, where: S3Where): ProblemError {
  return new ProblemError(s3Problem(thrown, where))
}

export function s3Problem(thrown: unknown, { name, namespace, accessKey }: S3Where): Problem {
  const tunnel = problemIn(thrown)
  if (tunnel && (tunnel.kind !== 'unreachable' || tunnel.code.startsWith('s3/'))) return tunnel
  const answer = s3Answer(thrown)
  const detail: Text[] = tunnel
    ? [tunnel.summary, ...(tunnel.detail ?? [])]
    : [`S3 at ${name}: ${messageOf(thrown)}${answer ? ` (${answer.code}, HTTP ${answer.status})` : ''}`]
  const problem = (
    reason: string,
    kind: Problem['kind'],
    summary: Text,
    nextSteps: readonly Text[],
  ): Problem => ({ code: `s3/${reason}`, kind, summary, detail, nextSteps })
  const compare: Text = [
    'Compare with the Secret: ',
    { command: `kubectl get secret seaweedfs-s3-config -n ${namespace} -o yaml` },
  ]
  switch (answer?.code) {
    case 'InvalidAccessKeyId':
    case 'SignatureDoesNotMatch':
      return problem(
        'login-refused',
        'forbidden',
        ['S3 refuses the access key ', { value: accessKey }],
        [compare, ['Give the current secret key with ', { command: '--s3-secret-key-file FILE' }]],
      )
    case 'RequestTimeTooSkewed':
      return problem('clock', 'invalid', 'The clock of this machine and that of S3 differ too much', [
        ['Set the clock: ', { command: 'timedatectl set-ntp true' }],
      ])
    case 'NoSuchBucket':
    case 'NotFound':
    case 'NoSuchKey':
      return problem('missing', 'missing', 'S3 does not have this bucket or object', [
        ['Create it by running ', { command: 'thinkube-langfuse install' }],
      ])
    case 'BucketAlreadyExists':
    case 'BucketNotEmpty':
    case 'OperationAborted':
      return problem('conflict', 'conflict', 'S3 holds something that is in the way', [
        'Run the same command again: it looks at the new state first',
      ])
  }
  if (answer?.status === 403 || answer?.status === 401) {
    return problem(
      'forbidden',
      'forbidden',
      ['S3 does not let ', { value: accessKey }, ' do this'],
      [compare],
    )
  }
  if (answer && answer.status >= 400 && answer.status < 500) {
    return problem('refused-request', 'invalid', 'S3 does not accept a request of ours', [
      'Report it with the record of this run, which is named at the end',
    ])
  }
  return problem(
    'unreachable',
    'unreachable',
    ['S3 at ', { value: name }, ' does not answer'],
    [
      ['Look at its pods: ', { command: `kubectl get pods -n ${namespace}` }],
      'Run the same command again when they are ready',
    ],
  )
}
