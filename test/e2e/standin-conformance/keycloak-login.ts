import type { PlatformFacts } from '../../platform/facts.ts'

/**
 * Fills Keycloak's login form in, as a browser would, and returns where it sends the browser then.
 * `provider` leads to the server without the gateway, so the headers say what the gateway would.
 */
export async function keycloakLogin(o: {
  url: string
  provider: string
  facts: PlatformFacts
}): Promise<string> {
  const { facts } = o
  const host = `auth.${facts.domain}`
  const cookies = new Map<string, string>()
  const ask = async (url: string, init: RequestInit = {}): Promise<Response> => {
    const response = await fetch(url.replace(`https://${host}`, o.provider), {
      ...init,
      redirect: 'manual',
      headers: {
        'X-Forwarded-Proto': 'https',
        'X-Forwarded-Host': host,
        'X-Forwarded-Port': '443',
        Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      },
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      cookies.set(name, value)
    }
    return response
  }
  const page = await (await ask(o.url)).text()
  const action = /action="([^"]+)"/.exec(page)?.[1]?.replaceAll('&amp;', '&')
  if (!action) throw new Error('Keycloak shows no login form')
  const body = new URLSearchParams({ username: facts.realmUser, password: facts.realmPassword })
  const answer = await ask(action, { method: 'POST', body })
  const location = answer.headers.get('location')
  if (!location) throw new Error(`Keycloak answers the login form with ${answer.status}`)
  return location
}
