import { createHash, createPublicKey, randomBytes, verify as verifySignature } from 'node:crypto'
import { env, number } from '../env.ts'

/** Texts are openid-client's: they reach the log and decide what the login page says. */
export class OidcError extends Error {}

const timeout = () => number('AUTH_SSO_TIMEOUT', 3500)
export const issuer = () => env.AUTH_KEYCLOAK_ISSUER ?? ''
/** At 3.113.0 unset means none at all; later versions fall back to the provider's own. */
export const checks = (): string[] => {
  const minor = Number((env.STANDIN_VERSION ?? '3.113.0').split('.')[1])
  const otherwise = minor >= 131 ? 'pkce,state' : ''
  return (env.AUTH_KEYCLOAK_CHECKS ?? otherwise)
    .split(',')
    .map(check => check.trim())
    .filter(check => check && check !== 'none')
}
export const configured = (): boolean =>
  Boolean(env.AUTH_KEYCLOAK_CLIENT_ID && env.AUTH_KEYCLOAK_CLIENT_SECRET && env.AUTH_KEYCLOAK_ISSUER)

type Metadata = { issuer: string; authorization_endpoint: string; token_endpoint: string; jwks_uri: string }
type Tokens = Record<string, unknown> & { id_token?: string }

async function request(url: string, init: RequestInit = {}): Promise<unknown> {
  let response: Response
  try {
    response = await fetch(url, { ...init, signal: AbortSignal.timeout(timeout()) })
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError')
      throw new OidcError(`outgoing request timed out after ${timeout()}ms`)
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    throw new OidcError(
      cause instanceof Error
        ? cause.message || ((cause as NodeJS.ErrnoException).code ?? 'fetch failed')
        : String(cause),
    )
  }
  const text = await response.text()
  let body: { error?: string; error_description?: string } | undefined
  try {
    body = JSON.parse(text) as typeof body
  } catch {
    body = undefined
  }
  if (response.status === 200 && body) return body
  if (body?.error)
    throw new OidcError(body.error_description ? `${body.error} (${body.error_description})` : body.error)
  throw new OidcError(`expected 200 OK, got: ${response.status} ${response.statusText}`)
}

let discovered: { at: string; metadata: Metadata } | undefined
/** On the first login, not at start: a wrong issuer shows only then. */
export async function discover(): Promise<Metadata> {
  if (discovered?.at === issuer()) return discovered.metadata
  const metadata = (await request(`${issuer()}/.well-known/openid-configuration`)) as Metadata
  discovered = { at: issuer(), metadata }
  return metadata
}

export const random = (): string => randomBytes(32).toString('base64url')
export const challenge = (verifier: string): string =>
  createHash('sha256').update(verifier).digest('base64url')

export async function exchange(
  code: string,
  redirectUri: string,
  verifier: string | undefined,
): Promise<Tokens> {
  const { token_endpoint } = await discover()
  const id = env.AUTH_KEYCLOAK_CLIENT_ID ?? ''
  const secret = env.AUTH_KEYCLOAK_CLIENT_SECRET ?? ''
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    ...(verifier ? { code_verifier: verifier } : {}),
  })
  const headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded' }
  if ((env.AUTH_KEYCLOAK_CLIENT_AUTH_METHOD ?? 'client_secret_basic') === 'client_secret_basic') {
    headers.authorization = `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`
  } else {
    form.set('client_id', id)
    form.set('client_secret', secret)
  }
  return (await request(token_endpoint, { method: 'POST', headers, body: form })) as Tokens
}

type Claims = Record<string, unknown> & {
  iss?: string
  aud?: string | string[]
  exp?: number
  nonce?: string
}

/** Checks an ID token: RS256, signature, issuer, audience, expiry with 10 s of tolerance. */
export async function idTokenClaims(token: string | undefined): Promise<Claims> {
  if (!token) throw new OidcError('id_token not present in TokenSet')
  const [head = '', body = '', signature = ''] = token.split('.')
  const { alg, kid } = JSON.parse(Buffer.from(head, 'base64url').toString()) as { alg: string; kid: string }
  if (alg !== 'RS256') throw new OidcError(`unexpected JWT alg received, expected RS256, got: ${alg}`)
  const { jwks_uri, issuer: expected } = await discover()
  const { keys } = (await request(jwks_uri)) as { keys: (Record<string, unknown> & { kid: string })[] }
  const jwk = keys.find(key => key.kid === kid)
  if (!jwk) throw new OidcError("no valid key found in issuer's jwks_uri for key parameters")
  const valid = verifySignature(
    'RSA-SHA256',
    Buffer.from(`${head}.${body}`),
    createPublicKey({ key: jwk, format: 'jwk' }),
    Buffer.from(signature, 'base64url'),
  )
  if (!valid) throw new OidcError('failed to validate JWT signature')
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Claims
  if (claims.iss !== expected)
    throw new OidcError(`unexpected iss value, expected ${expected}, got: ${claims.iss}`)
  const audience = Array.isArray(claims.aud) ? claims.aud : [claims.aud]
  if (!audience.includes(env.AUTH_KEYCLOAK_CLIENT_ID))
    throw new OidcError(`aud mismatch, expected ${env.AUTH_KEYCLOAK_CLIENT_ID}, got: ${audience.join(',')}`)
  if ((claims.exp ?? 0) + 10 < Date.now() / 1000) throw new OidcError('JWT expired')
  return claims
}
