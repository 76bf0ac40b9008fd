import { env } from '../env.ts'
import { log, messageOf, print } from '../log.ts'
import type { Answer } from '../web/answers.ts'
import { type Call, fields } from '../web/request.ts'
import { baseUrl, callbackUrl, clearedCookie, cookieName, csrf, expiringCookie } from './cookies.ts'
import { open, seal } from './jwe.ts'
import {
  challenge,
  checks,
  configured,
  discover,
  exchange,
  idTokenClaims,
  issuer,
  OidcError,
  random,
} from './oidc.ts'
import { newSessionCookie } from './session.ts'
import { byAccount, byPassword, LoginRefused } from './users.ts'

const stateLife = 900
const redirectUri = () => `${baseUrl()}/api/auth/callback/keycloak`
export const errorUrl = (error: string) => `${baseUrl()}/api/auth/error?error=${encodeURIComponent(error)}`

/** NextAuth's log form of a failed step. */
export function report(step: string, error: unknown, more: Record<string, string> = {}): void {
  const message = messageOf(error)
  const extra = Object.entries(more)
    .map(([k, v]) => `  ${k}: '${v}',\n`)
    .join('')
  print(
    `[next-auth][error][${step}] \nhttps://next-auth.js.org/errors#${step.toLowerCase()} ${message} {\n  error: {\n    message: '${message}',\n    name: 'Error'\n  },\n${extra}  providerId: 'keycloak',\n  message: '${message}'\n}`,
  )
}

export const redirect = (asJson: boolean, url: string, cookies: string[], status = 200): Answer =>
  asJson
    ? { status, body: { url }, headers: { 'set-cookie': cookies } }
    : { status: 302, body: undefined, headers: { location: url, 'set-cookie': cookies } }

/** `POST /api/auth/signin/:provider`: the authorize URL. An absent provider and a missing token look alike. */
export async function signin(call: Call): Promise<Answer> {
  const form = await fields(call)
  const asJson = form.json === 'true'
  const target = callbackUrl(form.callbackUrl, call.cookies)
  const token = csrf(call.cookies)
  const cookies = [token.cookie, target.cookie].filter((c): c is string => c !== undefined)
  if (
    call.params.provider !== 'keycloak' ||
    !configured() ||
    !token.verified ||
    form.csrfToken !== token.token
  ) {
    return redirect(asJson, `${baseUrl()}/api/auth/signin?csrf=true`, cookies)
  }
  try {
    const { authorization_endpoint } = await discover()
    const query: [string, string][] = [
      ['client_id', env.AUTH_KEYCLOAK_CLIENT_ID ?? ''],
      ['scope', 'openid email profile'],
      ['response_type', 'code'],
      ['redirect_uri', redirectUri()],
    ]
    if (checks().includes('state')) {
      const state = random()
      cookies.push(expiringCookie('state', seal({ value: state }, stateLife), stateLife))
      query.push(['state', state])
    }
    if (checks().includes('nonce')) {
      const nonce = random()
      cookies.push(expiringCookie('nonce', seal({ value: nonce }, stateLife), stateLife))
      query.push(['nonce', nonce])
    }
    if (checks().includes('pkce')) {
      const verifier = random()
      cookies.push(expiringCookie('pkce.code_verifier', seal({ value: verifier }, stateLife), stateLife))
      query.push(['code_challenge', challenge(verifier)], ['code_challenge_method', 'S256'])
    }
    const text = query.map(([k, v]) => `${k}=${encodeURIComponent(v)}`).join('&')
    return redirect(asJson, `${authorization_endpoint}?${text}`, cookies)
  } catch (error) {
    report('SIGNIN_OAUTH_ERROR', error)
    return redirect(asJson, errorUrl('OAuthSignin'), cookies)
  }
}

/** What a check left in its cookie; the cookie's absence is the usual sign of a wrong NEXTAUTH_URL. */
function checkValue(call: Call, name: string, missing: string): string {
  const sealed = call.cookies[cookieName(name)]
  if (!sealed) throw new OidcError(missing)
  try {
    return String(open(sealed)?.value ?? '')
  } catch {
    throw new OidcError(missing)
  }
}

async function exchanged(call: Call) {
  const { query } = call
  const problem = query.get('error')
  if (problem) {
    report('OAUTH_CALLBACK_HANDLER_ERROR', problem, {
      error_description: query.get('error_description') ?? '',
    })
    throw new OidcError(problem)
  }
  const iss = query.get('iss')
  const expected = (await discover()).issuer
  if (iss && iss !== expected) throw new OidcError(`iss mismatch, expected ${expected}, got: ${iss}`)
  if (
    checks().includes('state') &&
    checkValue(call, 'state', 'State cookie was missing.') !== query.get('state')
  ) {
    throw new OidcError('state mismatch')
  }
  const verifier = checks().includes('pkce')
    ? checkValue(call, 'pkce.code_verifier', 'PKCE code_verifier cookie was missing.')
    : undefined
  const tokens = await exchange(query.get('code') ?? '', redirectUri(), verifier)
  const claims = await idTokenClaims(tokens.id_token)
  if (checks().includes('nonce') && checkValue(call, 'nonce', 'Nonce cookie was missing.') !== claims.nonce)
    throw new OidcError('nonce mismatch')
  return { tokens, claims }
}

/** `GET /api/auth/callback/keycloak`: code → tokens → user → session cookie. */
export async function keycloakCallback(call: Call): Promise<Answer> {
  if (!configured()) return redirect(false, `${baseUrl()}/api/auth/signin`, [])
  const cleared = checks().map(check => clearedCookie(check === 'pkce' ? 'pkce.code_verifier' : check))
  let result: Awaited<ReturnType<typeof exchanged>>
  try {
    result = await exchanged(call)
  } catch (error) {
    report('OAUTH_CALLBACK_ERROR', error)
    return redirect(false, errorUrl('OAuthCallback'), cleared)
  }
  const { claims, tokens } = result
  const email = typeof claims.email === 'string' ? claims.email.toLowerCase() : ''
  if (!email) {
    log.error('No email found in user object')
    return redirect(false, errorUrl('No email found in user object'), cleared)
  }
  const text = (value: unknown) => (typeof value === 'string' ? value : null)
  try {
    const identity = await byAccount({
      sub: String(claims.sub),
      email,
      name: text(claims.name) ?? text(claims.preferred_username),
      picture: text(claims.picture),
      tokens,
    })
    return redirect(false, callbackUrl(undefined, call.cookies).url, [...cleared, newSessionCookie(identity)])
  } catch (error) {
    if (!(error instanceof LoginRefused)) log.error('[adapter_error_linkAccount]', error)
    return redirect(false, errorUrl(error instanceof LoginRefused ? error.message : 'Callback'), cleared)
  }
}

/** `POST /api/auth/callback/credentials`. */
export async function credentialsCallback(call: Call): Promise<Answer> {
  const form = await fields(call)
  const asJson = form.json === 'true'
  const token = csrf(call.cookies)
  if (!token.verified || form.csrfToken !== token.token) {
    return redirect(asJson, `${baseUrl()}/api/auth/signin?csrf=true`, token.cookie ? [token.cookie] : [])
  }
  const target = callbackUrl(form.callbackUrl, call.cookies)
  try {
    const identity = await byPassword(form.email ?? '', form.password ?? '')
    return redirect(asJson, target.url, [
      ...(target.cookie ? [target.cookie] : []),
      newSessionCookie(identity),
    ])
  } catch (error) {
    if (!(error instanceof LoginRefused)) throw error
    return redirect(asJson, errorUrl(error.message), [], 401)
  }
}

export { issuer }
