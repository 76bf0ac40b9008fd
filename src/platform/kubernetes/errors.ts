import { type Problem, ProblemError, type Text } from '../../engine/problem.ts'
import { messageOf, problemIn, systemCode } from '../connection/cause.ts'

/** What an answer of the API server was about, for people: `get deployments/langfuse in langfuse`. */
export interface Asked {
  readonly verb: string
  readonly what: string
}

/** The `Status` object that the API server answers with when it refuses. */
interface Status {
  readonly message?: string
  readonly reason?: string
  readonly details?: { readonly causes?: readonly { readonly message?: string; readonly field?: string }[] }
}

/** All that the API server says when a JSON Patch does not fit the object: a failed `test` or a path that is not there. */
const PATCH_NOT_APPLICABLE = 'the server rejected our request due to an error in our request'
/** What it says, with status 500, about an applied object that its schema does not allow. */
const NOT_IN_SCHEMA = /^failed to create typed patch object/

/** The Problem for an answer other than 2xx. */
export function statusProblem(code: number, body: string, { verb, what }: Asked): Problem {
  const status = parse(body)
  const said = status.message ?? body.trim().slice(0, 400)
  const detail: Text[] = [`The API server answered ${code} to: ${verb} ${what}`]
  if (said) detail.push(said)
  const failure = (
    reason: string,
    kind: Problem['kind'],
    summary: Text,
    nextSteps: readonly Text[],
  ): Problem => ({ code: `kubernetes/${reason}`, kind, summary, detail, nextSteps })

  if (code === 401) {
    return failure(
      'unauthorized',
      'forbidden',
      'The API server does not accept the login of the kubeconfig',
      [
        ['Log in again the way your cluster wants it, then try ', { command: 'kubectl auth whoami' }],
        ['Choose another login with ', { command: '--context NAME' }],
      ],
    )
  }
  if (code === 403) {
    return failure('forbidden', 'forbidden', `The login of the kubeconfig may not ${verb} ${what}`, [
      'Ask an administrator of the cluster for this right, or use a context that has it',
      ['See what you may do: ', { command: 'kubectl auth can-i --list' }],
    ])
  }
  if (code === 404) {
    return failure('missing', 'missing', `The cluster has no ${what}`, [
      [
        'Look at what is there: ',
        { command: `kubectl get ${what.split(' ')[0]?.split('/')[0] ?? 'all'} -A` },
      ],
    ])
  }
  if (code === 409 || (code === 422 && said === PATCH_NOT_APPLICABLE)) {
    return failure('conflict', 'conflict', `Somebody else changed or owns ${what}`, [
      'Run the same command again: it looks at the new state first',
    ])
  }
  if (code === 410) {
    return failure('expired', 'conflict', `The history of ${what} that was asked for is gone`, [
      'Run the same command again',
    ])
  }
  if (code === 429 || (code >= 500 && !NOT_IN_SCHEMA.test(said))) {
    return failure('busy', 'unreachable', 'The API server cannot answer at the moment', [
      ['Look at its health: ', { command: "kubectl get --raw '/readyz?verbose'" }],
      'Run the same command again in a minute',
    ])
  }
  return failure('invalid', 'invalid', `The API server does not accept ${what}`, [
    'Compare the version of the cluster with the versions this program supports',
    'Report it with the record of this run, which is named at the end',
  ])
}

/** The Problem for a request that got no answer. Only message and code of the error are kept. */
export function transportProblem(thrown: unknown, server: string): Problem {
  const known = problemIn(thrown)
  if (known) return known
  const code = systemCode(thrown)
  const said: Text = code ? `${code}: ${messageOf(thrown)}` : messageOf(thrown)
  const detail: Text[] = [['API server: ', { link: server }], said]
  if (
    /CERT|ALTNAME|SELF_SIGNED|UNABLE_TO_VERIFY|ISSUER/.test(code ?? '') ||
    /certificate/i.test(messageOf(thrown))
  ) {
    return {
      code: 'kubernetes/certificate',
      kind: 'invalid',
      summary: 'The certificate of the API server does not fit the kubeconfig',
      detail,
      nextSteps: [
        'Fetch a fresh kubeconfig from the control plane',
        ['Behind a tunnel, set ', { value: 'tls-server-name' }, ' in the cluster entry of the kubeconfig'],
      ],
    }
  }
  return {
    code: 'kubernetes/unreachable',
    kind: 'unreachable',
    summary: ['The API server ', { link: server }, ' does not answer'],
    detail,
    nextSteps: [
      ['Check that it answers from here: ', { command: 'kubectl version' }],
      'Connect the VPN or overlay network, or open the SSH tunnel that this cluster is reached through',
      ['Choose another cluster with ', { command: '--context NAME' }],
    ],
  }
}

/** The Problem for a kubeconfig whose credentials could not be produced: a plugin that failed, a file that is gone. */
export function credentialProblem(thrown: unknown, plugin: string | undefined): Problem {
  const known = problemIn(thrown)
  if (known) return known
  const detail: Text[] = [messageOf(thrown)]
  if (plugin) {
    return {
      code: 'kubernetes/credential-plugin',
      kind: 'forbidden',
      summary: ['The credential plugin ', { command: plugin }, ' of the kubeconfig fails'],
      detail,
      nextSteps: [
        ['Log in with it once by hand: ', { command: 'kubectl version' }],
        ['Or choose another context: ', { command: '--context NAME' }],
      ],
    }
  }
  return {
    code: 'kubernetes/credentials',
    kind: 'invalid',
    summary: 'The credentials of the kubeconfig cannot be read',
    detail,
    nextSteps: [['Check that this works: ', { command: 'kubectl version' }]],
  }
}

export function throwStatus(code: number, body: string, asked: Asked): never {
  throw new ProblemError(statusProblem(code, body, asked))
}

function parse(body: string): Status {
  try {
    const status: unknown = JSON.parse(body)
    return status !== null && typeof status === 'object' ? (status as Status) : {}
  } catch {
    // Proxies in front of the API server answer in plain text or HTML.
    return {}
  }
}
