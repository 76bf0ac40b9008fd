import { randomBytes, timingSafeEqual } from 'node:crypto'
import { env } from '../env.ts'
import { sha256 } from '../ids.ts'

export const baseUrl = (): string => (env.NEXTAUTH_URL ?? '').replace(/\/$/, '')
const secure = (): boolean => baseUrl().startsWith('https://')

/** `__Secure-` on https; never `__Host-`. */
export const cookieName = (name: string): string => `${secure() ? '__Secure-' : ''}next-auth.${name}`

const attributes = (expiry: string) =>
  `${expiry}Path=/; ${expiry ? '' : ''}HttpOnly; ${secure() ? 'Secure; ' : ''}SameSite=Lax`

export const sessionCookie = (name: string, value: string): string =>
  `${cookieName(name)}=${encodeURIComponent(value)}; ${attributes('')}`
export const expiringCookie = (name: string, value: string, seconds: number): string =>
  `${cookieName(name)}=${encodeURIComponent(value)}; Path=/; Expires=${new Date(Date.now() + seconds * 1000).toUTCString()}; HttpOnly; ${secure() ? 'Secure; ' : ''}SameSite=Lax`
export const clearedCookie = (name: string): string => `${cookieName(name)}=; ${attributes('Max-Age=0; ')}`

const hash = (token: string) => sha256(`${token}${env.NEXTAUTH_SECRET ?? ''}`)

/** The token of the cookie when it is ours; otherwise a new one with the cookie that carries it. */
export function csrf(cookies: Record<string, string>): { token: string; verified: boolean; cookie?: string } {
  const [token = '', stamp = ''] = (cookies[cookieName('csrf-token')] ?? '').split('|')
  const expected = hash(token)
  if (
    token &&
    stamp.length === expected.length &&
    timingSafeEqual(Buffer.from(stamp), Buffer.from(expected))
  ) {
    return { token, verified: true }
  }
  const fresh = randomBytes(32).toString('hex')
  return { token: fresh, verified: false, cookie: sessionCookie('csrf-token', `${fresh}|${hash(fresh)}`) }
}

/** Where to go after the login: only to this server. */
export function callbackUrl(
  wanted: string | undefined,
  cookies: Record<string, string>,
): { url: string; cookie?: string } {
  const stored = cookies[cookieName('callback-url')]
  const allowed = (url: string | undefined) => {
    if (!url) return undefined
    if (url.startsWith('/')) return `${baseUrl()}${url}`
    return URL.canParse(url) && new URL(url).origin === new URL(baseUrl()).origin ? url : undefined
  }
  const url = allowed(wanted) ?? allowed(stored) ?? baseUrl()
  return { url, ...(url === stored ? {} : { cookie: sessionCookie('callback-url', url) }) }
}
