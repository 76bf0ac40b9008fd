import type { Session } from '../session.ts'
import type { Ending } from './ending.ts'

/** The settings were found and shown before any command runs; there is nothing more to do. */
export async function configView(_session: Session): Promise<Ending> {
  return { status: 'ok' }
}
