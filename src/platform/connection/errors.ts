import type { Problem } from '../../engine/problem.ts'
import { messageOf, problemIn, systemCode } from './cause.ts'

/** The kubelet could not connect to the port of the pod, or the connection there broke. */
export function refusedPort(name: string, said: string): Problem {
  const refused = /connection refused/i.test(said)
  return {
    code: refused ? 'connection/refused' : 'connection/lost',
    kind: 'unreachable',
    summary: refused
      ? ['Nothing listens at ', { value: name }, ' in the pod']
      : ['The connection to ', { value: name }, ' broke'],
    detail: [said.trim().slice(0, 400)],
    nextSteps: [
      ['Look at the pod: ', { command: `kubectl get pods -n ${name.split('/')[0]}` }],
      'Run the same command again when it is ready',
    ],
  }
}

/** The WebSocket to the API server ended without a goodbye. */
export function brokenTunnel(name: string, said = ''): Problem {
  return {
    code: 'connection/lost',
    kind: 'unreachable',
    summary: ['The connection to ', { value: name }, ' broke'],
    detail: [said || 'The API server closed the port-forward without a reason'],
    nextSteps: [
      ['Check that the API server answers: ', { command: 'kubectl version' }],
      'Run the same command again: it continues where it stopped',
    ],
  }
}

/** A connection made without the API server (`--direct`) failed. */
export function directProblem(name: string, thrown: unknown): Problem {
  const code = systemCode(thrown)
  return (
    problemIn(thrown) ?? {
      code: 'connection/unreachable',
      kind: 'unreachable',
      summary: [{ value: name }, ' cannot be reached from here'],
      detail: [code ? `${code}: ${messageOf(thrown)}` : messageOf(thrown)],
      nextSteps: [['Go through the API server: leave out ', { command: '--direct' }]],
    }
  )
}
