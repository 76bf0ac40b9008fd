import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { env } from '../env.ts'

const key = (): Buffer =>
  Buffer.from(hkdfSync('sha256', env.NEXTAUTH_SECRET ?? '', '', 'NextAuth.js Generated Encryption Key', 32))
const b64 = (value: Buffer | string) => Buffer.from(value).toString('base64url')

/** An encrypted token (`dir`, `A256GCM`), the form in which NextAuth keeps sessions and login state in cookies. */
export function seal(claims: Record<string, unknown>, seconds: number): string {
  const now = Math.floor(Date.now() / 1000)
  const head = b64(JSON.stringify({ alg: 'dir', enc: 'A256GCM' }))
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key(), iv)
  cipher.setAAD(Buffer.from(head))
  const text = JSON.stringify({
    ...claims,
    iat: now,
    exp: now + seconds,
    jti: randomBytes(16).toString('hex'),
  })
  const data = Buffer.concat([cipher.update(text), cipher.final()])
  return [head, '', b64(iv), b64(data), b64(cipher.getAuthTag())].join('.')
}

/** The claims, or undefined when the token is expired; throws when it was made with another secret. */
export function open(token: string): Record<string, unknown> | undefined {
  const [head = '', , iv = '', data = '', tag = ''] = token.split('.')
  const decipher = createDecipheriv('aes-256-gcm', key(), Buffer.from(iv, 'base64url'))
  decipher.setAAD(Buffer.from(head))
  decipher.setAuthTag(Buffer.from(tag, 'base64url'))
  const text = Buffer.concat([decipher.update(Buffer.from(data, 'base64url')), decipher.final()]).toString()
  const claims = JSON.parse(text) as Record<string, unknown> & { exp: number }
  return claims.exp * 1000 > Date.now() ? claims : undefined
}
