import { sql } from '../../stores/postgres.ts'
import type { Answer } from '../answers.ts'
import { verify } from '../api-auth.ts'
import { HttpError } from '../errors.ts'
import type { Call } from '../request.ts'
import type { Route } from '../router.ts'

type ProjectRow = { id: string; name: string; metadata: object | null; retention_days: number | null }

async function projects(call: Call): Promise<Answer> {
  const scope = await verify(call.request.headers.authorization)
  if ('error' in scope) throw new HttpError(401, { body: { message: scope.error } })
  if (scope.accessLevel !== 'project') {
    throw new HttpError(403, { body: { message: 'Invalid API key. Are you using an organization key?' } })
  }
  const rows = await sql<ProjectRow>(
    'select id, name, metadata, retention_days from projects where id = $1 and deleted_at is null',
    [scope.projectId],
    'prisma.project.findMany()',
  )
  const data = rows.map(row => ({
    id: row.id,
    name: row.name,
    metadata: row.metadata ?? {},
    ...(row.retention_days ? { retentionDays: row.retention_days } : {}),
  }))
  return { status: 200, body: { data } }
}

async function organizationProjects(call: Call): Promise<Answer> {
  const scope = await verify(call.request.headers.authorization)
  if ('error' in scope) throw new HttpError(401, { body: { error: scope.error } })
  throw new HttpError(403, {
    body: { error: 'Invalid API key. Organization-scoped API key required for this operation.' },
  })
}

export const projectRoutes: Route[] = [
  { path: '/api/public/projects', kind: 'public', methods: { GET: projects } },
  { path: '/api/public/organizations/projects', kind: 'public', methods: { GET: organizationProjects } },
]
