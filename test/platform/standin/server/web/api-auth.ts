import { env, number } from '../env.ts'
import type { AuthCheck } from '../events/batch.ts'
import { fastHash } from '../ids.ts'
import { log, messageOf } from '../log.ts'
import { slowMatches } from '../passwords.ts'
import { first, sql } from '../stores/postgres.ts'
import { valkey } from '../stores/valkey.ts'
import { HttpError } from './errors.ts'

type KeyRow = {
  id: string
  hashedSecretKey: string
  fastHashedSecretKey: string | null
  projectId: string | null
  orgId: string
  scope: 'PROJECT' | 'ORGANIZATION'
}
export type Scope = {
  projectId: string
  orgId: string
  accessLevel: 'project' | 'scores' | 'organization'
  publicKey: string
}

const nonExistent = 'api-key-non-existent'
const columns = `select k.id, k.hashed_secret_key as "hashedSecretKey", k.fast_hashed_secret_key as "fastHashedSecretKey", k.project_id as "projectId", coalesce(k.organization_id, p.org_id) as "orgId", k.scope from api_keys k left join projects p on p.id = k.project_id`
const invalid = () => new Error('Invalid credentials')

const caching = () => env.LANGFUSE_CACHE_API_KEY_ENABLED !== 'false'
const ttl = () => number('LANGFUSE_CACHE_API_KEY_TTL_SECONDS', 300)

/** Reading extends the life of what is cached, the answer "no such key" included. */
async function cached(hash: string): Promise<KeyRow | typeof nonExistent | null> {
  const redis = valkey()
  if (!redis || !caching()) return null
  try {
    const text = await redis.getex(`api-key:${hash}`, 'EX', ttl())
    return text ? (JSON.parse(text) as KeyRow | typeof nonExistent) : null
  } catch (error) {
    log.error('Error fetching key from redis', error)
    return null
  }
}

async function remember(hash: string, value: unknown): Promise<void> {
  const redis = valkey()
  if (!redis || !caching()) return
  try {
    await redis.set(`api-key:${hash}`, JSON.stringify(value), 'EX', ttl())
  } catch (error) {
    log.error('Error adding key to redis', error)
  }
}

async function slowKey(publicKey: string, secret: string, hash: string): Promise<KeyRow> {
  const key = await first<KeyRow>(
    `${columns} where k.public_key = $1`,
    [publicKey],
    'prisma.apiKey.findUnique()',
  )
  if (!key) {
    log.error('No key found for public key')
    log.info(`No key found, storing ${nonExistent} in redis`)
    await remember(hash, nonExistent)
    throw invalid()
  }
  if (!(await slowMatches(secret, key.hashedSecretKey))) throw invalid()
  await sql(
    'update api_keys set fast_hashed_secret_key = $2 where public_key = $1',
    [publicKey, hash],
    'prisma.apiKey.update()',
  )
  return { ...key, fastHashedSecretKey: hash }
}

async function basic(header: string): Promise<Scope> {
  const [publicKey, secret] = Buffer.from(header.slice(6), 'base64').toString().split(':')
  if (!publicKey || !secret) throw new Error('Invalid authorization header')
  const hash = fastHash(secret, env.SALT ?? '')
  const known = await cached(hash)
  if (known === nonExistent) throw invalid()
  let key =
    known ??
    (await first<KeyRow>(
      `${columns} where k.fast_hashed_secret_key = $1`,
      [hash],
      'prisma.apiKey.findUnique()',
    ))
  if (key && !known) await remember(hash, key)
  key ??= await slowKey(publicKey, secret, hash)
  return {
    projectId: key.projectId ?? '',
    orgId: key.orgId,
    accessLevel: key.scope === 'ORGANIZATION' ? 'organization' : 'project',
    publicKey,
  }
}

async function bearer(header: string): Promise<Scope> {
  const publicKey = header.slice(7)
  const key = await first<KeyRow>(
    `${columns} where k.public_key = $1`,
    [publicKey],
    'prisma.apiKey.findUnique()',
  )
  if (!key) throw new Error('Invalid public key')
  return { projectId: key.projectId ?? '', orgId: key.orgId, accessLevel: 'scores', publicKey }
}

/** Who calls, or why not: the text that goes into the 401. A database that is gone is not a 401. */
export async function verify(header: string | undefined): Promise<Scope | { error: string }> {
  if (!header) return { error: 'No authorization header' }
  try {
    if (header.startsWith('Basic ')) return await basic(header)
    if (header.startsWith('Bearer ')) return await bearer(header)
  } catch (error) {
    log.info(`Error verifying auth header: ${messageOf(error)}`, error)
    if (error instanceof Error && error.name.startsWith('Prisma')) throw error
    return { error: `${messageOf(error)}. Confirm that you've configured the correct host.` }
  }
  return { error: 'Invalid authorization header' }
}

/** For project routes: full access to one project, or a 401/403 as recorded. */
export async function projectScope(
  header: string | undefined,
  allow: 'project' | 'scores' = 'project',
): Promise<Scope> {
  const scope = await verify(header)
  if ('error' in scope) throw new HttpError(401, { body: { message: scope.error } })
  if (scope.accessLevel === 'organization' || !scope.projectId) {
    throw new HttpError(403, { body: { message: 'Access denied - need to use basic auth with secret key' } })
  }
  if (scope.accessLevel === 'scores' && allow === 'project') {
    throw new HttpError(401, { body: { message: 'Access denied - need to use basic auth with secret key' } })
  }
  return scope
}

export const authCheck = (scope: Scope): AuthCheck => ({
  validKey: true,
  scope: { projectId: scope.projectId, accessLevel: scope.accessLevel === 'scores' ? 'scores' : 'project' },
})
