import { z } from 'zod'
import { processBatch } from '../../events/batch.ts'
import type { Answer } from '../answers.ts'
import { authCheck, verify } from '../api-auth.ts'
import { HttpError } from '../errors.ts'
import { type Call, json } from '../request.ts'
import type { Route } from '../router.ts'

const envelope = z.object({ batch: z.array(z.unknown()), metadata: z.unknown().nullish() })

async function ingestion(call: Call): Promise<Answer> {
  const body = await json(call) // before authentication, as the framework parses first
  const scope = await verify(call.request.headers.authorization)
  if ('error' in scope)
    throw new HttpError(401, { body: { error: 'UnauthorizedError', message: scope.error } })
  if (!scope.projectId)
    throw new HttpError(401, {
      body: {
        error: 'UnauthorizedError',
        message: 'Missing projectId in scope. Are you using an organization key?',
      },
    })
  const parsed = envelope.safeParse(body)
  if (!parsed.success) {
    throw new HttpError(400, {
      body: { message: 'Invalid request data', errors: parsed.error.issues.map(issue => issue.message) },
    })
  }
  return { status: 207, body: await processBatch(parsed.data.batch, authCheck(scope), 'api') }
}

export const ingestionRoutes: Route[] = [
  {
    path: '/api/public/ingestion',
    kind: 'public',
    methods: { POST: ingestion },
    failure: () => ({ status: 500, body: 'Internal Server Error' }),
    notAllowed: { status: 405, body: { error: 'MethodNotAllowedError', message: 'Method not allowed' } },
  },
]
