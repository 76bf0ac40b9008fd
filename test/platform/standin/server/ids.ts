import { createHash, randomBytes } from 'node:crypto'

/** Looks like a cuid: `c`, the time in base 36, then random characters. */
export function cuid(): string {
  const random = [...randomBytes(16)].map(byte => (byte % 36).toString(36)).join('')
  return `c${Date.now().toString(36)}${random}`.slice(0, 25)
}

export const sha256 = (...parts: string[]): string => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

/** `fast_hashed_secret_key`: what an API key is looked up by. */
export const fastHash = (secret: string, salt: string): string => sha256(secret, sha256(salt))
