import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

const derive = (text: string, salt: string): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(text, salt, 32, { N: 4096 }, (error, key) => (error ? reject(error) : resolve(key)))
  })

/** Slow hash of passwords and secret keys. The real server uses bcrypt; only this program reads what it writes. */
export async function slowHash(text: string): Promise<string> {
  const salt = randomBytes(12).toString('hex')
  return `scrypt$${salt}$${(await derive(text, salt)).toString('hex')}`
}

export async function slowMatches(text: string, stored: string): Promise<boolean> {
  const [kind, salt, hash] = stored.split('$')
  if (kind !== 'scrypt' || !salt || !hash) return false
  const expected = Buffer.from(hash, 'hex')
  const actual = await derive(text, salt)
  return expected.length === actual.length && timingSafeEqual(expected, actual)
}
