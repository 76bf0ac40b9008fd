import { timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { env } from '../../env.ts'
import { adminQueues, cloudOnly, queue } from '../../stores/queues.ts'
import type { Answer } from '../answers.ts'
import { HttpError } from '../errors.ts'
import { type Call, json } from '../request.ts'
import type { Route } from '../router.ts'

const same = (a: string, b: string) =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))

function requireAdmin(call: Call): void {
  const key = env.ADMIN_API_KEY
  if (!key) throw new HttpError(403, { body: { error: 'ADMIN_API_KEY is not set' } })
  const header = call.request.headers.authorization
  if (!header) throw new HttpError(401, { body: { error: 'Unauthorized: No authorization header provided' } })
  const [scheme, token = ''] = header.split(' ')
  if (scheme !== 'Bearer' || !same(token, key))
    throw new HttpError(401, { body: { error: 'Unauthorized: Invalid token' } })
}

async function counts(name: string): Promise<object> {
  const source = cloudOnly.has(name) ? null : queue(name)
  if (!source) return { queueName: name }
  const c = await source.getJobCounts()
  const order = [
    'active',
    'completed',
    'delayed',
    'failed',
    'paused',
    'prioritized',
    'waiting',
    'waiting-children',
  ]
  return { queueName: name, jobCount: Object.fromEntries(order.map(state => [state, c[state] ?? 0])) }
}

async function read(call: Call): Promise<Answer> {
  requireAdmin(call)
  return { status: 200, body: await Promise.all(adminQueues.map(counts)) }
}

const states = ['completed', 'failed', 'active', 'delayed', 'prioritized', 'paused', 'wait'] as const
const command = z.discriminatedUnion('action', [
  z.object({ action: z.literal('retry'), queueNames: z.array(z.string()) }),
  z.object({ action: z.literal('remove'), queueNames: z.array(z.string()), bullStatus: z.enum(states) }),
])

async function act(call: Call): Promise<Answer> {
  requireAdmin(call)
  const parsed = command.safeParse(await json(call))
  if (!parsed.success) throw new HttpError(400, { body: { error: parsed.error.issues } })
  for (const name of parsed.data.queueNames) {
    const target = cloudOnly.has(name) ? null : queue(name)
    if (!target) continue
    if (parsed.data.action === 'retry') await target.retryJobs({ state: 'failed' })
    else await target.clean(0, 0, parsed.data.bullStatus)
  }
  return {
    status: 200,
    body: { message: parsed.data.action === 'retry' ? 'Retried all jobs' : 'Removed all jobs' },
  }
}

const notOnThisPlan = (call: Call): Answer => {
  requireAdmin(call)
  return { status: 403, body: { error: 'This feature is not available on your current plan.' } }
}

const notAllowed: Answer = { status: 405, body: { error: 'Method Not Allowed' } }
const all = { GET: notOnThisPlan, POST: notOnThisPlan, PUT: notOnThisPlan, DELETE: notOnThisPlan }

export const adminRoutes: Route[] = [
  { path: '/api/admin/bullmq', kind: 'plain', methods: { GET: read, POST: act }, notAllowed },
  { path: '/api/admin/organizations', kind: 'plain', methods: all },
  { path: '/api/admin/organizations/:id', kind: 'plain', methods: all },
  { path: '/api/admin/organizations/:id/apiKeys', kind: 'plain', methods: all },
  { path: '/api/admin/api-keys', kind: 'plain', methods: {}, notAllowed },
]
