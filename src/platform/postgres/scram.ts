import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto'

const ITERATIONS = 4096

/**
 * What PostgreSQL stores instead of a password (RFC 5803, `pg_authid.rolpassword`). Given in a statement, the server
 * takes it as it is, so that no statement log ever holds a password. Our passwords are ASCII: no SASLprep is needed.
 */
export function scramVerifier(password: string, salt: Uint8Array, iterations = ITERATIONS): string {
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256')
  const clientKey = createHmac('sha256', salted).update('Client Key').digest()
  const storedKey = createHash('sha256').update(clientKey).digest('base64')
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64')
  return `SCRAM-SHA-256$${iterations}:${Buffer.from(salt).toString('base64')}$${storedKey}:${serverKey}`
}

/** Whether a password is the one behind `pg_authid.rolpassword`, in either form PostgreSQL stores; null is no password at all. */
export function matchesVerifier(
  stored: string | null,
  { user, password }: { readonly user: string; readonly password: string },
): boolean {
  if (stored === null) return false
  const scram = /^SCRAM-SHA-256\$(\d+):([^$]+)\$/.exec(stored)
  const wanted = scram
    ? scramVerifier(password, Buffer.from(scram[2]!, 'base64'), Number(scram[1]))
    : `md5${createHash('md5')
        .update(password + user)
        .digest('hex')}`
  return wanted.length === stored.length && timingSafeEqual(Buffer.from(wanted), Buffer.from(stored))
}
