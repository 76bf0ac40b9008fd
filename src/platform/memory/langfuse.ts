import type { Settings } from '../../config/settings.ts'
import { raise } from '../../engine/problem.ts'
import type { LangfusePort } from '../langfuse/port.ts'
import { backendOf } from './hosts.ts'
import { workerHealth } from './http/health.ts'
import { langfuseWeb } from './http/langfuse-web.ts'
import type { Reply, Request } from './http/reply.ts'
import { runningProgram } from './programs/running.ts'
import { headersOf } from './public.ts'
import type { Runtime } from './runtime.ts'
import { connect } from './stores.ts'

const WEB_PORT = 3000

export function memoryLangfuse(
  runtime: Runtime,
  { namespace, host }: Pick<Settings, 'namespace' | 'host'>,
): LangfusePort {
  const { world } = runtime
  const web = async (request: Request): Promise<Reply> => {
    const running = runningProgram(world, 'web', namespace)
    return running ? langfuseWeb(runtime, running, request) : noPod(namespace, 'langfuse')
  }
  return {
    async request(where, { path, method = 'GET', keys, headers = {}, body, signal }) {
      const request: Request = {
        path,
        method,
        host,
        signal,
        body:
          body === undefined || typeof body === 'string'
            ? (body as string | undefined)
            : JSON.stringify(body),
        headers: {
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(keys && {
            authorization: `Basic ${Buffer.from(`${keys.publicKey}:${keys.secretKey.reveal()}`).toString('base64')}`,
          }),
          ...headers,
        },
      }
      const reply = await answer(where, request)
      if (method !== 'GET') runtime.touch()
      return { status: reply.status, body: bodyOf(reply), headers: headersOf(reply.headers ?? {}) }
    },
  }

  async function answer(where: 'public' | 'web' | 'worker', request: Request): Promise<Reply> {
    if (where === 'worker') {
      const worker = runningProgram(world, 'worker', namespace)
      return worker ? workerHealth(worker, request) : noPod(namespace, 'langfuse-worker')
    }
    if (where === 'web') {
      connect(world, { namespace, service: 'langfuse', port: WEB_PORT })
      return web(request)
    }
    const backend = backendOf(world, { host, path: request.path })
    if (backend.is === 'unrouted') return { status: 404, body: '' }
    return backend.is === 'empty' ? { status: 503, body: 'no healthy upstream' } : web(request)
  }
}

/** JSON where it says so, text otherwise. */
function bodyOf({ body, headers }: Reply): unknown {
  const type = headers?.['content-type']
  if (typeof body !== 'string' || !String(type).startsWith('application/json')) return structuredClone(body)
  return JSON.parse(body) as unknown
}

function noPod(namespace: string, app: string): never {
  return raise({
    code: 'connection/no-ready-pod',
    kind: 'unreachable',
    summary: ['No pod of ', { value: `${namespace}/${app}` }, ' is running'],
    nextSteps: [['See why: ', { command: `kubectl get pods -n ${namespace} -l app=${app}` }]],
  })
}
