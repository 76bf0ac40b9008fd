import { fail, pass } from '../../src/engine/check.ts'
import type { Problem } from '../../src/engine/problem.ts'
import type { PreflightCheck } from '../define.ts'
import { webHealth } from './web.ts'

/** Langfuse sends a browser to our realm, protected against a forged and a stolen answer. */
export const loginRedirect: PreflightCheck = {
  id: 'verify/login-redirect',
  title: 'The login leads to Keycloak, with state and PKCE',
  group: 'Login',
  subject: 'Langfuse',
  deadlineMs: 20_000,
  after: [webHealth],
  async run({ services, signal }) {
    const { host, keycloak } = services.settings
    const get = (path: string) => services.langfuse.request('public', { path, signal })
    const providers = await get('/api/auth/providers')
    if (!(providers.body as Readonly<Record<string, unknown>> | undefined)?.keycloak)
      return fail(problem('Langfuse does not offer Keycloak as a login'))
    const csrf = await get('/api/auth/csrf')
    const token = (csrf.body as { readonly csrfToken?: string } | undefined)?.csrfToken ?? ''
    const cookies = csrf.headers
      .getSetCookie()
      .map(cookie => cookie.split(';')[0])
      .join('; ')
    const form = new URLSearchParams({ csrfToken: token, callbackUrl: `https://${host}`, json: 'true' })
    const start = await services.langfuse.request('public', {
      path: '/api/auth/signin/keycloak',
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', cookie: cookies },
      body: form.toString(),
      signal,
    })
    const url = new URL((start.body as { readonly url?: string } | undefined)?.url ?? 'about:blank')
    const realm = `${keycloak.url}/realms/${keycloak.realm}/`
    if (!url.href.startsWith(realm))
      return fail(
        problem(
          `The login leads to ${url.origin}${url.pathname}${url.searchParams.get('error') ? ` (${url.searchParams.get('error')})` : ''} instead of ${realm}`,
        ),
      )
    const missing = ['state', 'code_challenge'].filter(name => !url.searchParams.get(name))
    if (missing.length > 0)
      return fail(problem(`The authorization request carries no ${missing.join(' and no ')}`))
    return pass(`${realm.slice(0, -1)}, client ${url.searchParams.get('client_id')}`)
  },
}

function problem(summary: string): Problem {
  return {
    code: 'verify/login-redirect',
    kind: 'invalid',
    summary,
    nextSteps: [
      ['Repair the configuration: ', { command: 'thinkube-langfuse install' }],
      'OAuthSignin means that the web pod cannot reach Keycloak or does not trust its certificate: read its log',
    ],
  }
}
