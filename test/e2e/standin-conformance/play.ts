import { authorization, payload, type State, urlOf } from './ask.ts'
import { differences, headerDifferences } from './compare.ts'
import { notCovered } from './exceptions.ts'
import { type Recorded, recordingText, requestsOf } from './recordings.ts'
import { expectedBody, freshened } from './substitute.ts'
import type { ConformanceTarget, Outcome } from './target.ts'

type Played = { differences: string[]; body: unknown }

function remember(response: Response, body: unknown, state: State): void {
  for (const cookie of response.headers.getSetCookie()) {
    const [pair = ''] = cookie.split(';')
    const at = pair.indexOf('=')
    state.jar.set(pair.slice(0, at), pair.slice(at + 1))
  }
  const fields = (body ?? {}) as { csrfToken?: string; uploadUrl?: string; url?: string; mediaId?: string }
  if (fields.csrfToken) state.csrf = fields.csrfToken
  if (fields.uploadUrl) state.uploadUrl = fields.uploadUrl
  if (fields.mediaId && fields.url) state.downloadUrl = fields.url
  if (fields.url?.includes('openid-connect/auth')) state.authorizeUrl = fields.url
}

/** Lists may hold what earlier runs left: only entries of this run count, and totals only by their names. */
function ownEntries(expected: unknown, actual: unknown): [unknown, unknown] {
  const [a, b] = [expected, actual] as {
    data?: { id?: string; name?: string }[]
    meta?: object
    pagination?: object
  }[]
  if (!Array.isArray(a?.data) || !Array.isArray(b?.data) || !a.meta || !b.meta) return [expected, actual]
  const wanted = new Set(a.data.map(entry => entry.id ?? entry.name))
  const keys = (value: object | undefined) => value && Object.keys(value).sort()
  const shape = (list: typeof a) => ({
    ...list,
    data: list?.data?.filter(e => wanted.has(e.id ?? e.name)),
    meta: keys(list?.meta),
    pagination: keys(list?.pagination),
  })
  return [shape(a), shape(b)]
}

/** Another user, with other memberships: the same fields must be there. */
function sessionDifferences(expected: unknown, actual: unknown): string[] {
  const shape = (session: unknown) => {
    const { user, ...rest } = session as { user?: object }
    return [Object.keys(user ?? {}).sort(), Object.keys(rest).sort()]
  }
  return differences(shape(expected), shape(actual))
}

function bodyDifferences(
  recording: string,
  entry: Recorded,
  actual: unknown,
  target: ConformanceTarget,
): string[] {
  if (entry.name === 'download' || entry.request.url.includes(':28333')) return []
  const expected = expectedBody(recording, entry.body, target)
  if (typeof expected === 'string' && expected.startsWith('<!DOCTYPE')) {
    return String(actual).startsWith('<!DOCTYPE html>') ? [] : ['body: not a page']
  }
  if (recording === '09-admin' && entry.name === 'get') {
    const names = (list: unknown) =>
      (list as { queueName: string; jobCount?: object }[]).map(q => [
        q.queueName,
        q.jobCount && Object.keys(q.jobCount),
      ])
    return differences(names(expected), names(actual), 'body')
  }
  if (recording.startsWith('10-') && entry.name === 'session') return sessionDifferences(expected, actual)
  const [a, b] = ownEntries(expected, actual)
  return differences(a, b)
}

async function once(
  recording: string,
  entry: Recorded,
  target: ConformanceTarget,
  state: State,
): Promise<Played> {
  const { url, store } = await urlOf(entry, target, state)
  const { body, type } = payload(entry, state)
  const headers: Record<string, string> = { 'accept-encoding': 'gzip, deflate', ...entry.request.headers }
  const auth = authorization(entry, target)
  if (auth) headers.authorization = auth
  delete headers.Authorization
  if (type && !headers['Content-Type']) headers['content-type'] = type
  if (
    state.jar.size > 0 &&
    !store &&
    entry.name !== 'signin start no csrf cookie' &&
    entry.name !== 'session anonymous'
  ) {
    headers.cookie = [...state.jar].map(([k, v]) => `${k}=${v}`).join('; ')
  }
  const ask = (store ? target.storeFetch : target.fetch) ?? fetch
  const response = await ask(url, {
    method: entry.request.method,
    headers,
    body,
    redirect: 'manual',
    signal: AbortSignal.timeout(30_000),
  })
  const text = await response.text()
  let answer: unknown = text
  if (/json/.test(response.headers.get('content-type') ?? '')) answer = JSON.parse(text)
  if (entry.name !== 'signin start no csrf cookie') remember(response, answer, state)
  const found = response.status === entry.status ? [] : [`status: ${entry.status} ≠ ${response.status}`]
  if (store) return { differences: found, body: answer }
  return {
    differences: [
      ...found,
      ...headerDifferences(entry.headers, response.headers),
      ...bodyDifferences(recording, entry, answer, target),
    ],
    body: answer,
  }
}

/** What only appears once the worker has written it is asked for again until it is as recorded. */
const waitsForWorker = (recording: string, entry: Recorded): boolean =>
  /^0[56]-/.test(recording) && entry.request.method === 'GET' && entry.status === 200

async function patiently(
  recording: string,
  entry: Recorded,
  target: ConformanceTarget,
  state: State,
): Promise<string[]> {
  const deadline = Date.now() + (target.patienceMs ?? 30_000)
  for (;;) {
    const played = await once(recording, entry, target, state)
    if (played.differences.length === 0 || !waitsForWorker(recording, entry) || Date.now() > deadline)
      return played.differences
    await new Promise(resolve => setTimeout(resolve, 250))
  }
}

/** Plays one recording, request by request, with cookies and tokens carried along. */
export async function play(recording: string, target: ConformanceTarget): Promise<Outcome[]> {
  const { text, media } = freshened(await recordingText(`${recording}.json`), target)
  const state: State = { jar: new Map(), csrf: '', media }
  const outcomes: Outcome[] = []
  for (const entry of requestsOf(text)) {
    const reason = notCovered(recording, entry, target)
    if (reason) {
      outcomes.push({ recording, name: entry.name, result: 'not covered', detail: [reason] })
      continue
    }
    const detail = await patiently(recording, entry, target, state)
    outcomes.push({ recording, name: entry.name, result: detail.length === 0 ? 'same' : 'different', detail })
  }
  return outcomes
}
