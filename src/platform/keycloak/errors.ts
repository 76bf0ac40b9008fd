import { type Problem, ProblemError, type Text } from '../../engine/problem.ts'
import { messageOf, problemIn, systemCode } from '../connection/cause.ts'
import type { HttpAnswer } from '../connection/http.ts'

export interface KeycloakWhere {
  /** `keycloak/keycloak:8080` */
  readonly name: string
  readonly namespace: string
  readonly user: string
  readonly realm: string
}

export function keycloakUnreachable(thrown: unknown, { name, namespace }: KeycloakWhere): ProblemError {
  const tunnel = problemIn(thrown)
  if (tunnel && tunnel.kind !== 'unreachable') return new ProblemError(tunnel)
  const code = systemCode(thrown)
  return new ProblemError({
    code: 'keycloak/unreachable',
    kind: 'unreachable',
    summary: ['Keycloak at ', { value: name }, ' does not answer'],
    detail: tunnel
      ? [tunnel.summary, ...(tunnel.detail ?? [])]
      : [`${code ? `${code}: ` : ''}${messageOf(thrown)}`],
    nextSteps: [
      ['Look at its pod: ', { command: `kubectl get pods -n ${namespace}` }],
      'Run the same command again when it is ready',
    ],
  })
}

/** An answer other than the wanted one. Keycloak's words are kept, tokens never are: it does not echo them. */
export function keycloakRefusal(answer: HttpAnswer, asked: string, where: KeycloakWhere): Problem {
  const { error, description } = said(answer)
  const detail: Text[] = [`Keycloak answered ${answer.status} to: ${asked}`]
  if (error || description) detail.push([error, description].filter(Boolean).join(': '))
  const problem = (
    reason: string,
    kind: Problem['kind'],
    summary: Text,
    nextSteps: readonly Text[],
  ): Problem => ({ code: `keycloak/${reason}`, kind, summary, detail, nextSteps })
  const { user, realm, namespace, name } = where

  if (error === 'invalid_grant' && /not fully set up/i.test(description)) {
    return problem(
      'login-incomplete',
      'forbidden',
      ['Keycloak wants ', { value: user }, ' to complete its account'],
      ['Log in once in the browser and do what Keycloak asks, or remove the required actions of this user'],
    )
  }
  if (error === 'invalid_grant' || error === 'invalid_client' || answer.status === 401) {
    return problem(
      'login-refused',
      'forbidden',
      ['Keycloak refuses the login of ', { value: user }],
      [
        'The platform password may have been changed in Keycloak alone: find the current one of the master realm',
        ['Then give it with ', { command: '--keycloak-password-file FILE' }],
      ],
    )
  }
  if (answer.status === 403) {
    return problem(
      'forbidden',
      'forbidden',
      ['Keycloak does not let ', { value: user }, ` do this in realm ${realm}`],
      [
        [
          'Give it the role ',
          { value: 'manage-clients' },
          ` of realm ${realm}, or use an administrator of realm master`,
        ],
      ],
    )
  }
  if (answer.status === 404) {
    return problem(
      'missing',
      'missing',
      ['Keycloak has no such thing in realm ', { value: realm }],
      [['Name the realm: ', { command: 'THINKUBE_LANGFUSE_KEYCLOAK_REALM=NAME' }]],
    )
  }
  if (answer.status === 409) {
    return problem('conflict', 'conflict', 'Keycloak holds something that is in the way', [
      'Run the same command again: it looks at the new state first',
    ])
  }
  if (answer.status >= 500) {
    return problem(
      'unreachable',
      'unreachable',
      ['Keycloak at ', { value: name }, ' cannot answer at the moment'],
      [
        ['Read its log: ', { command: `kubectl logs -n ${namespace} deployment/keycloak` }],
        'Run the same command again in a minute',
      ],
    )
  }
  return problem('refused-request', 'invalid', 'Keycloak does not accept a request of ours', [
    'Report it with the record of this run, which is named at the end',
  ])
}

function said({ body }: HttpAnswer): { readonly error: string; readonly description: string } {
  try {
    const json = JSON.parse(body.toString('utf8')) as Readonly<Record<string, unknown>>
    const text = (name: string) => (typeof json[name] === 'string' ? String(json[name]).slice(0, 300) : '')
    return { error: text('error'), description: text('error_description') || text('errorMessage') }
  } catch {
    // A proxy's HTML page says nothing that helps.
    return { error: '', description: '' }
  }
}
