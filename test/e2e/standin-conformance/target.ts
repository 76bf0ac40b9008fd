/** A running web and worker to compare with the recordings. */
export type ConformanceTarget = {
  /** Base URL at which `fetch` reaches the web. */
  web: string
  /** Base URL of the worker; without it the worker's recordings are not covered. */
  worker?: string
  /** NEXTAUTH_URL of the web: what it calls itself. */
  publicUrl: string
  publicKey: string
  secretKey: string
  adminApiKey?: string
  organization: { id: string; name: string }
  project: { id: string; name: string }
  /** The user of the first start; without it the credentials login is not covered. */
  user?: { email: string; password: string; name: string }
  /** Keycloak is set up and the web reaches it. */
  keycloak: boolean
  /** Logs a user of the realm in at this authorize URL and returns where Keycloak sends the browser then. */
  login?(authorizeUrl: string): Promise<string>
  /** How long a trace may take to become readable. */
  patienceMs?: number
  /** Goes through whatever connection there is; the platform's own by default. */
  fetch?: typeof fetch
  /** Presigned URLs are fetched with this one; without it the requests to the store are not covered. */
  storeFetch?: typeof fetch
  valkeyKeys?(): Promise<string[]>
  bucketKeys?(): Promise<string[]>
  clickhouseTables?(): Promise<{ name: string }[]>
  postgresTables?(): Promise<string[]>
}

export type Outcome = {
  recording: string
  name: string
  result: 'same' | 'different' | 'not covered'
  /** Differences, or why it is not covered. */
  detail: string[]
}
