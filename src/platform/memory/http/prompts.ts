import type { Api } from './langfuse-web.ts'
import { json, jsonOf, type Reply } from './reply.ts'

/** Prompts live in PostgreSQL alone: they work without a worker. */
export function prompts({ runtime: { world }, request, project }: Api): Reply {
  const { pathname, searchParams } = new URL(request.path, 'http://web')
  const mine = project.rows.prompts.filter(one => one.projectId === project.id)
  const name = decodeURIComponent(pathname.slice('/api/public/v2/prompts/'.length))
  if (request.method === 'POST') {
    const body = jsonOf(request) as Record<string, unknown> | undefined
    if (typeof body?.name !== 'string' || body.prompt === undefined)
      return json(400, { message: 'Invalid request data', error: [] })
    const time = new Date(world.now).toISOString()
    const version = mine.filter(one => one.name === body.name).length + 1
    world.counter += 1
    const prompt = {
      id: `prompt-${world.counter}`,
      createdAt: time,
      updatedAt: time,
      projectId: project.id,
      createdBy: 'API',
      isActive: null,
      config: {},
      tags: [],
      commitMessage: null,
      type: 'text',
      ...body,
      version,
      labels: [...((body.labels as string[] | undefined) ?? []), 'latest'],
    }
    project.rows.prompts.push(prompt)
    return json(201, prompt)
  }
  if (request.method !== 'GET')
    return json(405, { message: 'Method not allowed', error: 'MethodNotAllowedError' })
  if (name === '')
    return json(200, { data: mine, meta: { page: 1, limit: 50, totalItems: mine.length, totalPages: 1 } })
  const version = searchParams.get('version')
  const label = searchParams.get('label') ?? 'production'
  const found = mine
    .filter(one => one.name === name)
    .filter(one =>
      version === null ? (one.labels as string[]).includes(label) : String(one.version) === version,
    )
    .at(-1)
  return found
    ? json(200, { ...found, resolutionGraph: null })
    : json(404, {
        message: `Prompt not found: '${name}' with label '${label}'`,
        error: 'LangfuseNotFoundError',
      })
}
