import { type Problem, ProblemError, type Text } from '../../engine/problem.ts'
import { messageOf, problemIn, systemCode } from '../connection/cause.ts'

export type Via = 'dns' | 'gateway'

const UNTRUSTED = /^(UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|CERT_|ERR_TLS_CERT|ERR_TLS|HOSTNAME_MISMATCH)/

/** Errors of a connection that never came about: the other way may still work. */
export function neverConnected(thrown: unknown): boolean {
  const code = systemCode(thrown) ?? ''
  return [
    'ENOTFOUND',
    'EAI_AGAIN',
    'ECONNREFUSED',
    'ETIMEDOUT',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'ENODATA',
  ].includes(code)
}

export function publicError(thrown: unknown, host: string, via: Via): ProblemError {
  return new ProblemError(publicProblem(thrown, host, via))
}

export function publicProblem(thrown: unknown, host: string, via: Via): Problem {
  const tunnel = problemIn(thrown)
  if (tunnel && (tunnel.kind !== 'unreachable' || tunnel.code.startsWith('public/'))) return tunnel
  const code = tlsCode(thrown) ?? systemCode(thrown) ?? ''
  const way: Text =
    via === 'dns' ? 'Asked by DNS and port 443' : 'Asked through the API server at the gateway'
  const said: Text = `${code ? `${code}: ` : ''}${messageOf(thrown)}`
  if (UNTRUSTED.test(code)) {
    return {
      code: 'public/certificate',
      kind: 'invalid',
      summary: ['The certificate of ', { value: host }, ' cannot be trusted'],
      detail: [way, said],
      nextSteps: [
        ['When the platform has a CA of its own, name its certificate: ', { command: '--tls-ca-file FILE' }],
        'When the certificate has run out, renew it on the platform',
      ],
    }
  }
  return {
    code: 'public/unreachable',
    kind: 'unreachable',
    summary: [{ link: `https://${host}` }, ' does not answer'],
    detail: tunnel ? [way, tunnel.summary, ...(tunnel.detail ?? [])] : [way, said],
    nextSteps: [
      ['Look at the gateway: ', { command: 'kubectl get gateways,httproutes -A' }],
      'Run the same command again when it is ready',
    ],
  }
}

/** Neither way exists: a check reports `unknown`, it did not see anything. */
export function noWay(host: string): Problem {
  return {
    code: 'public/no-way',
    kind: 'unsupported',
    summary: [{ value: host }, ' cannot be looked at from here'],
    detail: ['Its name does not resolve here, and no pod behind the gateway could be found'],
    nextSteps: [
      'Use the DNS server of the platform on this machine (VPN or overlay network)',
      ['Or check that the gateway has an address: ', { command: 'kubectl get gateways -A' }],
    ],
  }
}

function tlsCode(thrown: unknown): string | undefined {
  const { code, cause } = (thrown ?? {}) as { readonly code?: unknown; readonly cause?: unknown }
  if (typeof code === 'string' && UNTRUSTED.test(code)) return code
  return cause === undefined ? undefined : tlsCode(cause)
}
