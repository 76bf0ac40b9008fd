import { env } from '../env.ts'
import { cuid, fastHash } from '../ids.ts'
import { slowHash } from '../passwords.ts'
import { first, sql } from '../stores/postgres.ts'

async function keys(projectId: string): Promise<void> {
  const { LANGFUSE_INIT_PROJECT_PUBLIC_KEY: publicKey, LANGFUSE_INIT_PROJECT_SECRET_KEY: secret } = env
  if (!publicKey || !secret) return
  const existing = await first<{ project_id: string }>(
    'select project_id from api_keys where public_key = $1',
    [publicKey],
    'prisma.apiKey.findUnique()',
  )
  if (existing?.project_id === projectId) return // a changed secret is silently ignored
  if (existing) await sql('delete from api_keys where public_key = $1', [publicKey], 'prisma.apiKey.delete()')
  await sql(
    `insert into api_keys (id, note, public_key, hashed_secret_key, fast_hashed_secret_key, display_secret_key, project_id, scope)
     values ($1, 'Provisioned API Key', $2, $3, $4, $5, $6, 'PROJECT')`,
    [
      cuid(),
      publicKey,
      await slowHash(secret),
      fastHash(secret, env.SALT ?? ''),
      `${secret.slice(0, 6)}...${secret.slice(-4)}`,
      projectId,
    ],
    'prisma.apiKey.create()',
  )
}

async function user(orgId: string): Promise<void> {
  const password = env.LANGFUSE_INIT_USER_PASSWORD
  const email = env.LANGFUSE_INIT_USER_EMAIL?.toLowerCase()
  if (!email || !password) return
  const existing = await first<{ id: string }>(
    'select id from users where email = $1',
    [email],
    'prisma.user.findUnique()',
  )
  let id = existing?.id
  if (!id) {
    if (password.length < 8) throw new Error('Password needs to be at least 8 characters long.')
    id = cuid()
    await sql(
      'insert into users (id, email, password, name) values ($1, $2, $3, $4)',
      [id, email, await slowHash(password), env.LANGFUSE_INIT_USER_NAME ?? 'Provisioned User'],
      'prisma.user.create()',
    )
  }
  await sql(
    `insert into organization_memberships (id, org_id, user_id, role) values ($1, $2, $3, 'OWNER')
     on conflict (org_id, user_id) do update set role = 'OWNER', updated_at = now()`,
    [cuid(), orgId, id],
    'prisma.organizationMembership.upsert()',
  )
}

/** `LANGFUSE_INIT_*`: only ever creates. Any failure here ends the web. */
export async function headlessInit(): Promise<void> {
  const orgId = env.LANGFUSE_INIT_ORG_ID
  if (!orgId || (env.NEXT_PUBLIC_LANGFUSE_RUN_NEXT_INIT ?? 'true') !== 'true') return
  await sql(
    'insert into organizations (id, name) values ($1, $2) on conflict (id) do nothing',
    [orgId, env.LANGFUSE_INIT_ORG_NAME ?? 'Provisioned Org'],
    'prisma.organization.upsert()',
  )
  const projectId = env.LANGFUSE_INIT_PROJECT_ID
  if (projectId) {
    await sql(
      'insert into projects (id, name, org_id) values ($1, $2, $3) on conflict (id) do nothing',
      [projectId, env.LANGFUSE_INIT_PROJECT_NAME ?? 'Provisioned Project', orgId],
      'prisma.project.upsert()',
    )
    await keys(projectId)
  }
  await user(orgId)
}
