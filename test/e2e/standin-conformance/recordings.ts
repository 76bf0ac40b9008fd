import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

export type Recorded = {
  name: string
  request: {
    method: string
    url: string
    headers: Record<string, string>
    auth: boolean
    json: unknown
    data: Record<string, string> | string | null
  }
  status: number
  headers: Record<string, string>
  body: unknown
}

/** What the real server 3.113.0 answered, request by request, in the order in which it was asked. */
export const files = [
  '01-web-health',
  '02-worker-health',
  '03-auth',
  '04-projects',
  '05-legacy-ingestion',
  '06-otel-ingestion',
  '07-prompts',
  '08-media',
  '09-admin',
  '10-keycloak-login-alice',
  '10-keycloak-login-admin',
  '10-keycloak-login-noemail',
]

export const recordingText = (name: string): Promise<string> =>
  readFile(join(import.meta.dirname, 'recordings', name), 'utf8')

/** The entries that are requests; some files end in a summary or hold steps of a browser. */
export const requestsOf = (text: string): Recorded[] =>
  (JSON.parse(text) as Partial<Recorded>[]).filter((entry): entry is Recorded => entry.request !== undefined)
