import { ingest } from './ingest.ts'
import type { Api } from './langfuse-web.ts'
import { json, jsonOf, type Reply } from './reply.ts'

/** `POST /api/public/scores`: goes through the same queue as an event. */
export function enqueueScore(call: Api): Reply {
  const { world } = call.runtime
  const body = jsonOf(call.request) as Record<string, unknown> | undefined
  if (body?.name === undefined || body.value === undefined)
    return json(400, { message: 'Invalid request data' })
  world.counter += 1
  const id = String(body.id ?? `score-${world.counter}`)
  const event = {
    id: `event-${world.counter}`,
    timestamp: new Date(world.now).toISOString(),
    type: 'score-create',
    body: { ...body, id },
  }
  const answer = ingest({ ...call, request: { ...call.request, body: JSON.stringify({ batch: [event] }) } })
  return answer.status === 207 ? json(200, { id }) : answer
}
