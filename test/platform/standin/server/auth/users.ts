import { env } from '../env.ts'
import { cuid } from '../ids.ts'
import { log } from '../log.ts'
import { slowMatches } from '../passwords.ts'
import { first, sql } from '../stores/postgres.ts'
import type { Identity } from './session.ts'

/** A login that is refused: the word goes into `error=` of the login page. */
export class LoginRefused extends Error {}

type UserRow = Identity & { password: string | null }

export async function byPassword(email: string, password: string): Promise<Identity> {
  if (env.AUTH_DISABLE_USERNAME_PASSWORD === 'true')
    throw new LoginRefused('Sign in with email and password is disabled for this instance. Please use SSO.')
  const domain = email.split('@')[1]?.toLowerCase() ?? ''
  if (env.AUTH_DOMAINS_WITH_SSO_ENFORCEMENT?.split(',').includes(domain))
    throw new LoginRefused('Sign in with email and password is disabled for this domain. Please use SSO.')
  const user = await first<UserRow>('select * from users where email = $1', [email.toLowerCase()])
  if (!user) throw new LoginRefused('Invalid credentials')
  if (!user.password)
    throw new LoginRefused(
      'Please sign in with the identity provider (e.g. Google, GitHub, Azure AD, etc.) that is linked to your account.',
    )
  if (!(await slowMatches(password, user.password))) throw new LoginRefused('Invalid credentials')
  return user
}

/** Once, when a user is made. A failure is logged and swallowed, as upstream. */
async function defaultMembership(userId: string): Promise<void> {
  const org = env.LANGFUSE_DEFAULT_ORG_ID
  if (!org) return
  try {
    const id = cuid()
    await sql('insert into organization_memberships (id, org_id, user_id, role) values ($1, $2, $3, $4)', [
      id,
      org,
      userId,
      env.LANGFUSE_DEFAULT_ORG_ROLE ?? 'VIEWER',
    ])
    const project = env.LANGFUSE_DEFAULT_PROJECT_ID
    if (project)
      await sql(
        'insert into project_memberships (project_id, user_id, org_membership_id, role) values ($1, $2, $3, $4)',
        [project, userId, id, env.LANGFUSE_DEFAULT_PROJECT_ROLE ?? 'VIEWER'],
      )
  } catch (error) {
    log.error('Error assigning project access to new user', error)
  }
}

export type Account = {
  sub: string
  email: string
  name: string | null
  picture: string | null
  tokens: Record<string, unknown>
}

async function link(userId: string, account: Account): Promise<void> {
  const ignored = new Set((env.AUTH_IGNORE_ACCOUNT_FIELDS ?? '').split(','))
  const t = (key: string) => (ignored.has(key) ? null : (account.tokens[key] ?? null))
  await sql(
    `insert into "Account" (id, user_id, type, provider, "providerAccountId", refresh_token, access_token, expires_at, token_type, scope, id_token, session_state)
     values ($1, $2, 'oauth', 'keycloak', $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      cuid(),
      userId,
      account.sub,
      t('refresh_token'),
      t('access_token'),
      typeof account.tokens.expires_in === 'number'
        ? Math.floor(Date.now() / 1000) + account.tokens.expires_in
        : null,
      t('token_type'),
      t('scope'),
      t('id_token'),
      t('session_state'),
    ],
  )
}

/** The user of a Keycloak login: known account, else the user with this e-mail if linking is on, else a new user. */
export async function byAccount(account: Account): Promise<Identity> {
  const known = await first<Identity>(
    'select u.* from users u join "Account" a on a.user_id = u.id where a.provider = $1 and a."providerAccountId" = $2',
    ['keycloak', account.sub],
  )
  if (known) return known
  const sameMail = await first<Identity>('select * from users where email = $1', [account.email])
  if (sameMail) {
    if (env.AUTH_KEYCLOAK_ALLOW_ACCOUNT_LINKING !== 'true') throw new LoginRefused('OAuthAccountNotLinked')
    await link(sameMail.id, account)
    return sameMail
  }
  if (env.AUTH_DISABLE_SIGNUP === 'true') {
    log.error('Sign up is disabled.')
    throw new LoginRefused('OAuthCreateAccount')
  }
  const id = cuid()
  await sql('insert into users (id, name, email, image) values ($1, $2, $3, $4)', [
    id,
    account.name,
    account.email,
    account.picture,
  ])
  await link(id, account)
  await defaultMembership(id)
  return { id, name: account.name, email: account.email, image: account.picture }
}
