import type { Running } from '../programs/running.ts'
import { postgresOf, valkeyOf } from '../programs/stores.ts'
import type { Runtime } from '../runtime.ts'
import type { LangfuseRows } from '../world.ts'
import { health } from './health.ts'
import { ingest, ingestOtel, queues } from './ingest.ts'
import { login } from './login.ts'
import { media } from './media.ts'
import { prompts } from './prompts.ts'
import { read } from './read.ts'
import { hang, header, html, json, type Reply, type Request } from './reply.ts'

/** A request that carried valid project keys. */
export interface Project {
  readonly id: string
  readonly publicKey: string
  readonly rows: LangfuseRows
}

/** Langfuse's web, as the recordings of the real one show it. */
export async function langfuseWeb(runtime: Runtime, web: Running, request: Request): Promise<Reply> {
  const { world } = runtime
  // A bad environment: the process lives and answers 500 to everything, for ever.
  const fate = world.kubernetes.pods[web.pod.metadata.uid!]?.containers[web.spec.name]?.fate
  if (fate?.readyAfter === undefined) return html(500, 'Internal Server Error')
  const { pathname } = new URL(request.path, 'http://web')
  if (pathname === '/api/public/health' || pathname === '/api/public/ready')
    return health(world, web, request)
  if (pathname.startsWith('/api/auth/')) return login(world, web, request)
  if (pathname === '/api/admin/bullmq') return queues(world, web, request)
  if (!pathname.startsWith('/api/')) return html(200, '<!DOCTYPE html><html lang="en"></html>')
  if (!pathname.startsWith('/api/public/')) return notFound()
  // Keys are looked up in Valkey first: without it the call never ends.
  const valkey = valkeyOf(world, web.environment)
  if (valkey.is === 'failed' && valkey.lines.some(line => line.includes('ECONNREFUSED')))
    return hang(runtime, request.signal)
  const project = authenticate(runtime, web, request)
  if ('status' in project) return project
  const answer = api(pathname, { runtime, web, request, project })
  return answer ?? notFound()
}

export interface Api {
  readonly runtime: Runtime
  readonly web: Running
  readonly request: Request
  readonly project: Project
}

function api(pathname: string, call: Api): Reply | Promise<Reply> | undefined {
  if (pathname === '/api/public/projects') {
    const { rows, id } = call.project
    const data = rows.projects.filter(one => one.id === id)
    return json(200, { data: data.map(({ id: projectId, name }) => ({ id: projectId, name, metadata: {} })) })
  }
  if (pathname === '/api/public/ingestion') return ingest(call)
  if (pathname === '/api/public/otel/v1/traces') return ingestOtel(call)
  if (pathname.startsWith('/api/public/v2/prompts')) return prompts(call)
  if (pathname.startsWith('/api/public/media')) return media(call)
  return read(pathname, call)
}

function authenticate({ world }: Runtime, web: Running, request: Request): Project | Reply {
  const given = header(request, 'authorization')
  const ingestion = request.path.startsWith('/api/public/ingestion')
  const refused = (message: string) =>
    json(401, ingestion ? { error: 'UnauthorizedError', message } : { message })
  if (given === undefined) return refused('No authorization header')
  if (given.startsWith('Bearer '))
    return json(403, { message: 'Invalid API key. Are you using an organization key?' })
  const [publicKey = '', secretKey = ''] = Buffer.from(given.slice('Basic '.length), 'base64')
    .toString()
    .split(':')
  const postgres = postgresOf(world, web.environment)
  if (postgres.is === 'failed')
    return json(500, { message: 'Internal Server Error', error: postgres.lines[0] })
  const rows = postgres.at.database.content
  const key = rows.apiKeys.find(one => one.publicKey === publicKey && one.secretKey === secretKey)
  return key
    ? { id: key.project, publicKey, rows }
    : refused("Invalid credentials. Confirm that you've configured the correct host.")
}

const notFound = (): Reply => html(404, '<!DOCTYPE html><html lang="en"></html>')
