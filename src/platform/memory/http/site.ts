import { createHash } from 'node:crypto'
import type { Running } from '../programs/running.ts'
import { postgresOf } from '../programs/stores.ts'
import type { LangfuseRows, World } from '../world.ts'
import { cookiesOf, type Request } from './reply.ts'

/** A request to NextAuth, with what its answers depend on. */
export interface Site {
  readonly world: World
  readonly web: Running
  readonly request: Request
  readonly base: string
  readonly prefix: string
}

export const cookie = ({ prefix }: Site, name: string, value: string): string =>
  `${prefix}${name}=${value}; Path=/; HttpOnly; ${prefix.startsWith('__Secure-') ? 'Secure; ' : ''}SameSite=Lax`

export const sent = ({ request, prefix }: Site, name: string): string | undefined =>
  cookiesOf(request).get(`${prefix}${name}`)

export const sha = (text: string): string => createHash('sha256').update(text).digest('base64url')

export function rowsOf({ world, web }: Site): LangfuseRows | undefined {
  const postgres = postgresOf(world, web.environment)
  return postgres.is === 'ok' ? postgres.at.database.content : undefined
}
