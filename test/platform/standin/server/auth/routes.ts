import { env } from '../env.ts'
import type { Answer } from '../web/answers.ts'
import { type Call, fields } from '../web/request.ts'
import type { Route } from '../web/router.ts'
import { baseUrl, callbackUrl, csrf } from './cookies.ts'
import { credentialsCallback, keycloakCallback, redirect, signin } from './login.ts'
import { configured } from './oidc.ts'
import { endedSessionCookie, newSessionCookie, sessionOf } from './session.ts'

const setCookies = (cookies: (string | undefined)[]): Record<string, string[]> => {
  const list = cookies.filter((c): c is string => c !== undefined)
  return list.length > 0 ? { 'set-cookie': list } : {}
}

function providers(): Answer {
  const provider = (id: string, name: string, type: string) => ({
    id,
    name,
    type,
    signinUrl: `${baseUrl()}/api/auth/signin/${id}`,
    callbackUrl: `${baseUrl()}/api/auth/callback/${id}`,
  })
  return {
    status: 200,
    body: {
      ...(env.AUTH_DISABLE_USERNAME_PASSWORD === 'true'
        ? {}
        : { credentials: provider('credentials', 'credentials', 'credentials') }),
      ...(configured()
        ? { keycloak: provider('keycloak', env.AUTH_KEYCLOAK_NAME ?? 'Keycloak', 'oauth') }
        : {}),
    },
  }
}

function csrfToken(call: Call): Answer {
  const token = csrf(call.cookies)
  return {
    status: 200,
    body: { csrfToken: token.token },
    headers: setCookies([token.cookie, callbackUrl(undefined, call.cookies).cookie]),
  }
}

async function session(call: Call): Promise<Answer> {
  const found = await sessionOf(call.cookies)
  if (!found) return { status: 200, body: {} }
  const { id, name, email, image } = found.user
  return { status: 200, body: found, headers: { 'set-cookie': newSessionCookie({ id, name, email, image }) } }
}

async function signout(call: Call): Promise<Answer> {
  const form = await fields(call)
  const token = csrf(call.cookies)
  const ok = token.verified && form.csrfToken === token.token
  const url = ok ? callbackUrl(form.callbackUrl, call.cookies).url : `${baseUrl()}/api/auth/signout?csrf=true`
  return redirect(form.json === 'true', url, ok ? [endedSessionCookie()] : [])
}

const errorPage = (call: Call): Answer => ({
  status: 302,
  headers: {
    location: `${baseUrl()}/api/auth/signin?error=${encodeURIComponent(call.query.get('error') ?? 'Default')}`,
  },
})

const signinPage = (call: Call): Answer => ({
  status: 302,
  headers: {
    location: `${baseUrl()}/auth/sign-in?${new URLSearchParams({ callbackUrl: callbackUrl(undefined, call.cookies).url, ...(call.query.get('error') ? { error: call.query.get('error')! } : {}) })}`,
  },
})

export const authRoutes: Route[] = [
  { path: '/api/auth/providers', kind: 'auth', methods: { GET: providers } },
  { path: '/api/auth/csrf', kind: 'auth', methods: { GET: csrfToken } },
  { path: '/api/auth/session', kind: 'auth', methods: { GET: session } },
  { path: '/api/auth/signin', kind: 'auth', methods: { GET: signinPage } },
  { path: '/api/auth/signin/:provider', kind: 'auth', methods: { POST: signin, GET: signinPage } },
  { path: '/api/auth/callback/keycloak', kind: 'auth', methods: { GET: keycloakCallback } },
  { path: '/api/auth/callback/credentials', kind: 'auth', methods: { POST: credentialsCallback } },
  { path: '/api/auth/signout', kind: 'auth', methods: { POST: signout } },
  { path: '/api/auth/error', kind: 'auth', methods: { GET: errorPage } },
]
