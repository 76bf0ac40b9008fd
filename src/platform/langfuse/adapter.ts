import type { Settings } from '../../config/settings.ts'
import { type Problem, ProblemError } from '../../engine/problem.ts'
import { abortError } from '../connection/abort.ts'
import { messageOf, problemIn } from '../connection/cause.ts'
import type { Connections } from '../connection/connections.ts'
import { connected, type HttpClient, httpClient } from '../connection/http.ts'
import type { KubernetesPort } from '../kubernetes/port.ts'
import type { PublicPort } from '../public/port.ts'
import type { Answer, LangfusePort } from './port.ts'
import { readyPod } from './worker.ts'

export interface LangfuseOptions {
  readonly kubernetes: KubernetesPort
  readonly connections: Connections
  readonly public: PublicPort
  readonly settings: Pick<Settings, 'namespace' | 'host'>
}

const WEB_PORT = 3000
const WORKER_PORT = 3030

export function langfuseAdapter(options: LangfuseOptions): LangfusePort & { close(): Promise<void> } {
  const { kubernetes, connections, settings } = options
  const { namespace, host } = settings
  const web = httpClient((_host, signal) =>
    connected(connections.connect({ namespace, service: 'langfuse', port: WEB_PORT }, signal)),
  )
  const worker = httpClient(async (_host, signal) => {
    const pod = await readyPod(kubernetes, namespace, signal)
    return connected(connections.connectPod({ namespace, pod, port: WORKER_PORT }, signal))
  })
  const direct = async (client: HttpClient, url: string, request: Parameters<HttpClient['fetch']>[1]) => {
    const { status, headers, body } = await client.fetch(url, request)
    return { status, headers, text: body.toString('utf8') }
  }

  return {
    async request(where, { path, method, keys, headers: more, body, signal }): Promise<Answer> {
      const headers: Record<string, string> = { Accept: 'application/json', ...more }
      if (keys) {
        const pair = `${keys.publicKey}:${keys.secretKey.reveal()}`
        headers.Authorization = `Basic ${Buffer.from(pair).toString('base64')}`
      }
      const payload = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
      if (
        payload !== undefined &&
        !Object.keys(headers).some(name => name.toLowerCase() === 'content-type')
      ) {
        headers['Content-Type'] = 'application/json'
      }
      const request = { method, headers, body: payload, signal }
      if (where === 'public') {
        const answer = await options.public.fetch(`https://${host}${path}`, request)
        return { status: answer.status, headers: answer.headers, body: parse(await answer.text()) }
      }
      const [client, port] = where === 'web' ? [web, WEB_PORT] : [worker, WORKER_PORT]
      try {
        const { status, headers, text } = await direct(
          client,
          `http://${where}.${namespace}:${port}${path}`,
          request,
        )
        return { status, headers, body: parse(text) }
      } catch (error) {
        throw signal.aborted ? abortError(signal) : new ProblemError(unreachable(error, where, namespace))
      }
    },
    async close() {
      await Promise.all([web.close(), worker.close()])
    },
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Pages and proxies answer in HTML; the caller decides what that means.
    return text
  }
}

function unreachable(thrown: unknown, where: 'web' | 'worker', namespace: string): Problem {
  const tunnel = problemIn(thrown)
  if (tunnel && tunnel.kind !== 'unreachable') return tunnel
  return {
    code: `langfuse/${where}-unreachable`,
    kind: 'unreachable',
    summary: `Langfuse's ${where} does not answer`,
    detail: tunnel ? [tunnel.summary, ...(tunnel.detail ?? [])] : [messageOf(thrown)],
    nextSteps: [
      ['Look at its pods: ', { command: `kubectl get pods -n ${namespace}` }],
      ['Read the log: ', { command: `kubectl logs -n ${namespace} deploy/langfuse --tail=50` }],
    ],
  }
}
