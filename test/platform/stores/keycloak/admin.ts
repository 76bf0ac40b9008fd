import type { PlatformFacts } from '../../facts.ts'

/** One call of the admin API; a status that is not in `accept` is an error. Returns the body, and where a new object is. */
export type AdminCall = (o: {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  path: string
  body?: unknown
  accept?: number[]
}) => Promise<{ status: number; body: unknown; location: string | null }>

/** Logs in to the master realm at `url`, which leads to the server without the gateway. Undefined: wrong password. */
export async function adminApi(o: {
  url: string
  facts: PlatformFacts
  username: string
  password?: string
}): Promise<AdminCall | undefined> {
  const { url, facts, username, password = facts.adminPassword } = o
  // What the gateway would say, so that the server gives out tokens under its public name.
  const host = `auth.${facts.domain}`
  const headers = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': host, 'X-Forwarded-Port': '443' }
  const login = await fetch(`${url}/realms/master/protocol/openid-connect/token`, {
    method: 'POST',
    headers,
    body: new URLSearchParams({ grant_type: 'password', client_id: 'admin-cli', username, password }),
  })
  if (login.status === 401) return undefined
  if (!login.ok) throw new Error(`Keycloak answers the login of ${username} with ${login.status}`)
  const { access_token } = (await login.json()) as { access_token: string }
  return async ({ method = 'GET', path, body, accept = [200, 201, 204] }) => {
    const answer = await fetch(`${url}/admin/realms${path}`, {
      method,
      headers: { ...headers, Authorization: `Bearer ${access_token}`, 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    const text = await answer.text()
    if (!accept.includes(answer.status))
      throw new Error(`Keycloak ${method} ${path}: ${answer.status} ${text}`)
    return {
      status: answer.status,
      body: text === '' ? undefined : JSON.parse(text),
      location: answer.headers.get('location'),
    }
  }
}
