import { type SessionUser, sessionOf } from '../../auth/session.ts'
import { query } from '../../stores/clickhouse.ts'
import type { Answer } from '../answers.ts'
import type { Call } from '../request.ts'
import type { Route } from '../router.ts'
import { readTrace } from './traces.ts'

type Input = { traceId?: string; projectId?: string }
type Outcome = { status: number; body: object }

const codes: Record<string, [number, number]> = {
  UNAUTHORIZED: [401, -32001],
  NOT_FOUND: [404, -32004],
  FORBIDDEN: [403, -32003],
}

function failure(code: string, path: string, message: string): Outcome {
  const [httpStatus, number] = codes[code]!
  return {
    status: httpStatus,
    body: { error: { json: { message, code: number, data: { code, httpStatus, path } } } },
  }
}
const success = (json: unknown): Outcome => ({ status: 200, body: { result: { data: { json } } } })

const mayRead = (user: SessionUser | undefined, projectId: string | undefined): boolean =>
  user?.organizations.some(org => org.projects.some(project => project.id === projectId)) ?? false

async function run(path: string, input: Input, user: SessionUser | undefined): Promise<Outcome> {
  if (!/^traces\.(byId|byIdWithObservationsAndScores|hasTracingConfigured)$/.test(path)) {
    return failure('NOT_FOUND', path, `No procedure found on path "${path}"`)
  }
  if (!user || !mayRead(user, input.projectId))
    return failure('UNAUTHORIZED', path, 'User is not a member of this project and this trace is not public')
  if (path === 'traces.hasTracingConfigured') {
    const rows = await query('SELECT id FROM traces WHERE project_id = {projectId: String} LIMIT 1', {
      projectId: input.projectId,
    })
    return success(rows.length > 0)
  }
  const trace = await readTrace(input.projectId ?? '', input.traceId ?? '')
  return trace ? success(trace) : failure('NOT_FOUND', path, 'Trace not found')
}

async function call(c: Call): Promise<Answer> {
  const session = await sessionOf(c.cookies)
  const paths = (c.params.path ?? '').split(',')
  const input = JSON.parse(c.query.get('input') ?? '{}') as Record<string, { json?: Input }>
  if (c.query.get('batch') === '1') {
    const outcomes = await Promise.all(
      paths.map((path, i) => run(path, input[String(i)]?.json ?? {}, session?.user)),
    )
    const statuses = new Set(outcomes.map(o => o.status))
    return { status: statuses.size === 1 ? outcomes[0]!.status : 207, body: outcomes.map(o => o.body) }
  }
  const outcome = await run(paths[0]!, (input as { json?: Input }).json ?? {}, session?.user)
  return { status: outcome.status, body: outcome.body }
}

export const trpcRoutes: Route[] = [
  { path: '/api/trpc/:path', kind: 'plain', methods: { GET: call, POST: call } },
]
