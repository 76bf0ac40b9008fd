import { env, number } from '../env.ts'
import { print } from '../log.ts'
import { first, sql } from '../stores/postgres.ts'
import { clearedCookie, cookieName, expiringCookie } from './cookies.ts'
import { open, seal } from './jwe.ts'

const maxAge = () => number('AUTH_SESSION_MAX_AGE', 43_200) * 60

export type Identity = { id: string; name: string | null; email: string; image?: string | null }
export type SessionUser = Identity & {
  admin: boolean
  canCreateOrganizations: boolean
  featureFlags: object
  organizations: { id: string; projects: { id: string }[] }[]
}
export type Session = { user: SessionUser; expires: string; environment: object }

export const newSessionCookie = (identity: Identity): string =>
  expiringCookie(
    'session-token',
    seal(
      { name: identity.name, email: identity.email, picture: identity.image ?? null, sub: identity.id },
      maxAge(),
    ),
    maxAge(),
  )
export const endedSessionCookie = (): string => clearedCookie('session-token')

/** A token too long for one cookie comes in pieces `.0`, `.1`, … */
function tokenOf(cookies: Record<string, string>): string | undefined {
  const name = cookieName('session-token')
  if (cookies[name]) return cookies[name]
  const parts = Object.keys(cookies)
    .filter(key => key.startsWith(`${name}.`))
    .sort()
  return parts.length > 0 ? parts.map(part => cookies[part]).join('') : undefined
}

type UserRow = {
  id: string
  name: string | null
  email: string
  image: string | null
  admin: boolean
  feature_flags: string[]
}
type MembershipRow = { id: string; name: string; metadata: object | null; role: string }
type ProjectRow = {
  id: string
  org_id: string
  name: string
  metadata: object | null
  retention_days: number | null
  deleted_at: Date | null
  role: string | null
}

async function organizations(userId: string) {
  const orgs = await sql<MembershipRow>(
    'select o.id, o.name, o.metadata, m.role from organization_memberships m join organizations o on o.id = m.org_id where m.user_id = $1 order by o.created_at',
    [userId],
  )
  const projects = await sql<ProjectRow>(
    'select p.*, pm.role from projects p left join project_memberships pm on pm.project_id = p.id and pm.user_id = $2 where p.org_id = any($1) and p.deleted_at is null order by p.created_at',
    [orgs.map(org => org.id), userId],
  )
  return orgs.map(org => ({
    id: org.id,
    name: org.name,
    role: org.role,
    metadata: org.metadata ?? {},
    projects: projects
      .filter(p => p.org_id === org.id && (p.role ?? org.role) !== 'NONE')
      .map(p => ({
        id: p.id,
        name: p.name,
        role: p.role ?? org.role,
        retentionDays: p.retention_days,
        deletedAt: p.deleted_at,
        metadata: p.metadata ?? {},
      })),
    plan: 'oss',
  }))
}

/** Who the cookie says it is, with what this user may see; undefined when nobody is logged in. */
export async function sessionOf(cookies: Record<string, string>): Promise<Session | undefined> {
  const token = tokenOf(cookies)
  if (!token) return undefined
  let claims: Record<string, unknown> | undefined
  try {
    claims = open(token)
  } catch {
    print(
      "[next-auth][error][JWT_SESSION_ERROR] \nhttps://next-auth.js.org/errors#jwt_session_error decryption operation failed {\n  message: 'decryption operation failed',\n  name: 'JWEDecryptionFailed'\n}",
    )
    return undefined
  }
  if (!claims) return undefined
  const user = await first<UserRow>(
    'select * from users where email = $1',
    [String(claims.email).toLowerCase()],
    'prisma.user.findUnique()',
  )
  if (!user) return undefined
  return {
    user: {
      name: user.name,
      email: user.email,
      image: user.image,
      id: user.id,
      admin: user.admin,
      canCreateOrganizations: true,
      organizations: await organizations(user.id),
      featureFlags: {
        templateFlag: user.feature_flags.includes('templateFlag'),
        excludeClickhouseRead: false,
      },
    },
    expires: new Date(Date.now() + maxAge() * 1000).toISOString(),
    environment: {
      enableExperimentalFeatures: env.LANGFUSE_ENABLE_EXPERIMENTAL_FEATURES === 'true',
      selfHostedInstancePlan: null,
    },
  }
}
