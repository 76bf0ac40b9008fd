import type { IncomingMessage, ServerResponse } from 'node:http'
import { log, messageOf } from '../log.ts'
import { type Answer, type Kind, send } from './answers.ts'
import { HttpError, methodNotAllowed } from './errors.ts'
import { pageFor } from './pages.ts'
import { type Call, cookiesOf, readBody } from './request.ts'
import { routes } from './routes.ts'

export type Handler = (call: Call) => Promise<Answer> | Answer
export type Route = {
  path: string
  kind: Kind
  methods: Record<string, Handler>
  /** What an unexpected failure is answered with; by default `{message, error}`. */
  failure?: (error: unknown) => Answer
  notAllowed?: Answer
}

const compiled = routes.map(route => ({
  route,
  pattern: new RegExp(`^${route.path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}/?$`),
}))

const unexpected = (error: unknown): Answer => ({
  status: 500,
  body: {
    message: 'Internal Server Error',
    error: error instanceof Error ? error.message : 'An unknown error occurred',
  },
})

function failed(route: Route, error: unknown): Answer {
  if (error instanceof HttpError) {
    if (error.name === 'LangfuseNotFoundError') log.info(error.message, error)
    return { status: error.status, body: error.answer.text ?? error.answer.body }
  }
  log.error(messageOf(error), error)
  return (route.failure ?? unexpected)(error)
}

async function run(route: Route, call: Call): Promise<Answer> {
  const handler = route.methods[call.method]
  if (call.method === 'OPTIONS')
    return {
      status: 204,
      headers: {
        'access-control-allow-origin': '*',
        'access-control-allow-methods': 'GET,HEAD,PUT,PATCH,POST,DELETE',
      },
    }
  try {
    if (!handler) {
      if (route.notAllowed) return route.notAllowed
      throw methodNotAllowed()
    }
    return await handler(call)
  } catch (error) {
    return failed(route, error)
  }
}

/** Answers one request. Never throws: what goes wrong is an answer too. */
export async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://web')
  for (const { route, pattern } of compiled) {
    const match = pattern.exec(url.pathname)
    if (!match) continue
    const params = Object.fromEntries(
      Object.entries(match.groups ?? {}).map(([k, v]) => [k, decodeURIComponent(v)]),
    )
    let body: Promise<Buffer> | undefined
    const call: Call = {
      request,
      method: request.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      params,
      cookies: cookiesOf(request),
      raw: () => {
        body ??= readBody(request)
        return body
      },
    }
    send(request, response, route.kind, await run(route, call))
    return
  }
  send(request, response, 'page', pageFor(url.pathname))
}
