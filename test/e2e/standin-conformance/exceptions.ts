import type { Recorded } from './recordings.ts'
import type { ConformanceTarget } from './target.ts'

/** Why a recorded request is not played against this target; undefined: it is. */
export function notCovered(
  recording: string,
  entry: Recorded,
  target: ConformanceTarget,
): string | undefined {
  const { name, request } = entry
  if (request.url.includes(':28333') || request.url.includes('X-Amz-')) {
    if (name === 'put other Host') return 'asks the store under a second name'
    return target.storeFetch ? undefined : 'asks the store, not Langfuse'
  }
  if (recording === '01-web-health' && name === '/health?failIfNoRecentEvents=true') {
    return 'needs an instance that has been idle for three minutes'
  }
  if (recording === '02-worker-health' && !target.worker) return 'the worker is not reachable from here'
  if (recording === '06-otel-ingestion' && name === 'first visible')
    return 'a moment in which half of the trace is stored'
  if (recording === '09-admin' && !target.adminApiKey) return 'no admin API key is known'
  if (recording === '09-admin' && name === 'get') return undefined
  if (/^credentials|^session credentials/.test(name) && !target.user)
    return 'no user of the first start is known'
  if (/^signin start (json|no json)$/.test(name) && !target.keycloak) return 'Keycloak is not set up'
  if (recording.startsWith('10-')) {
    if (!target.keycloak) return 'Keycloak is not set up'
    if (recording === '10-keycloak-login-alice' && target.login) return undefined
    if (!['csrf', 'signin start'].includes(name))
      return 'goes through the login pages of Keycloak, with users of that realm'
  }
  return undefined
}

/** The recordings that are not lists of requests to the web or worker, and what stands for them. */
export const otherRecordings: [recording: string, reason: string][] = [
  ['11-latency', 'a measurement; the ingestion recordings are waited for instead'],
  ['30-shutdown-and-crash', 'needs processes of its own: starts and stops are tried where the images run'],
  ['31-clickhouse-26.8', "needs a ClickHouse without the setting; the engine's own change shows there"],
]
