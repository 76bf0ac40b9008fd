import type { Backend } from '../hosts.ts'
import { dataOf } from '../programs/container-environment.ts'
import { runningProgram } from '../programs/running.ts'
import type { Runtime } from '../runtime.ts'
import { keycloakPages } from './keycloak-pages.ts'
import { langfuseWeb } from './langfuse-web.ts'
import { header, json, type Reply, type Request } from './reply.ts'
import { s3Pages } from './s3-pages.ts'

/** The answer of the program behind a Service. */
export async function serve(
  runtime: Runtime,
  { target }: Extract<Backend, { is: 'served' }>,
  request: Request,
): Promise<Reply> {
  const { world } = runtime
  switch (`${target.namespace}/${target.service}`) {
    case 'keycloak/keycloak':
      return keycloakPages(world, request)
    case 'seaweedfs/seaweedfs-s3':
      return s3Pages(world, request)
    case 'registry/harbor':
      return json(200, {}, { 'docker-distribution-api-version': 'registry/2.0' })
    case 'thinkube-control/backend':
      return control(runtime, request)
  }
  const web = runningProgram(world, 'web', target.namespace)
  return web ? langfuseWeb(runtime, web, request) : { status: 200, body: '' }
}

/** The part of thinkube-control that an installer asks: look at the ConfigMaps now. */
function control({ world }: Runtime, request: Request): Reply {
  if (request.path === '/health') return json(200, { status: 'healthy' })
  if (request.path !== '/api/v1/services/sync' || request.method !== 'POST')
    return json(404, { detail: 'Not Found' })
  const token = dataOf(world, 'Secret', { namespace: 'thinkube-control', name: 'mcp-default-token' })?.token
  if (token === undefined || header(request, 'authorization') !== `Bearer ${token}`)
    return json(401, { detail: 'Could not validate credentials' })
  return json(200, { message: 'Services synchronised' })
}
