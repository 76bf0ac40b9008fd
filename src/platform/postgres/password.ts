import type { Login } from '../../config/settings.ts'
import { matchesVerifier } from './scram.ts'
import type { Session } from './session.ts'

/**
 * Whether a password is the stored one, for a connection that was let in without asking. Only a superuser may look;
 * for anybody else the question stays open, and the login counts.
 */
export async function passwordHolds({ rows }: Session, { user, password }: Login): Promise<boolean> {
  const [self] = await rows<{ superuser: boolean }>(
    'select rolsuper as superuser from pg_roles where rolname = current_user',
  )
  if (!self?.superuser) return true
  const [found] = await rows<{ stored: string | null }>(
    'select rolpassword as stored from pg_authid where rolname = $1',
    [user],
  )
  return matchesVerifier(found?.stored ?? null, { user, password: password.reveal() })
}
