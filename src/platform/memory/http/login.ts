import type { Running } from '../programs/running.ts'
import type { World } from '../world.ts'
import { formOf, json, type Reply, type Request, redirect } from './reply.ts'
import { cookie, rowsOf, type Site, sent, sha } from './site.ts'

/** NextAuth's routes: providers, csrf, the start of a login with Keycloak, its end, the session. */
export function login(world: World, web: Running, request: Request): Reply {
  const { pathname } = new URL(request.path, 'http://web')
  const base = web.environment.NEXTAUTH_URL!
  const site: Site = {
    world,
    web,
    request,
    base,
    prefix: base.startsWith('https:') ? '__Secure-next-auth.' : 'next-auth.',
  }
  switch (pathname.slice('/api/auth/'.length)) {
    case 'providers':
      return json(200, providers(site))
    case 'csrf':
      return csrf(site)
    case 'signin/keycloak':
      return start(site)
    case 'callback/keycloak':
      return finish(site)
    case 'callback/credentials':
      return password(site)
    case 'session':
      return session(site)
    case 'signout':
      return json(200, { url: base }, { 'set-cookie': cookie(site, 'session-token', '') })
  }
  return json(404, {})
}

function hasKeycloak({ web }: Site): boolean {
  return (
    ['ID', 'SECRET'].every(name => web.environment[`AUTH_KEYCLOAK_CLIENT_${name}`]) &&
    !!web.environment.AUTH_KEYCLOAK_ISSUER
  )
}

function providers(site: Site): Record<string, unknown> {
  const one = (id: string, name: string, type: string) => ({
    id,
    name,
    type,
    signinUrl: `${site.base}/api/auth/signin/${id}`,
    callbackUrl: `${site.base}/api/auth/callback/${id}`,
  })
  return {
    ...(site.web.environment.AUTH_DISABLE_USERNAME_PASSWORD !== 'true' && {
      credentials: one('credentials', 'credentials', 'credentials'),
    }),
    ...(hasKeycloak(site) && { keycloak: one('keycloak', 'Keycloak', 'oauth') }),
  }
}

function csrf(site: Site): Reply {
  site.world.counter += 1
  const csrfToken = sha(`csrf ${site.world.counter}`)
  return json(
    200,
    { csrfToken },
    { 'set-cookie': cookie(site, 'csrf-token', `${csrfToken}%7C${sha(csrfToken)}`) },
  )
}

const isOurs = (site: Site): boolean =>
  (sent(site, 'csrf-token') ?? '').split('%7C')[0] === formOf(site.request).get('csrfToken')

function start(site: Site): Reply {
  const { base, web, world } = site
  if (!hasKeycloak(site) || !isOurs(site)) return json(200, { url: `${base}/api/auth/signin?csrf=true` })
  const of = (name: string) => web.environment[`AUTH_KEYCLOAK_${name}`] ?? ''
  const realm = world.keycloak.realms[of('ISSUER').split('/realms/')[1] ?? '']
  if (!realm || of('ISSUER').endsWith('/'))
    return json(200, { url: `${base}/api/auth/error?error=OAuthSignin` })
  const checks = of('CHECKS').split(',')
  world.counter += 1
  const state = sha(`state ${world.counter}`)
  const verifier = sha(`verifier ${world.counter}`)
  const query = new URLSearchParams({
    client_id: of('CLIENT_ID'),
    scope: 'openid email profile',
    response_type: 'code',
    redirect_uri: `${base}/api/auth/callback/keycloak`,
    ...(checks.includes('state') && { state }),
    ...(checks.includes('pkce') && { code_challenge: sha(verifier), code_challenge_method: 'S256' }),
  })
  const callback = formOf(site.request).get('callbackUrl') ?? base
  return json(
    200,
    { url: `${of('ISSUER')}/protocol/openid-connect/auth?${query.toString().replaceAll('+', '%20')}` },
    {
      'set-cookie': [
        cookie(site, 'callback-url', encodeURIComponent(callback)),
        ...(checks.includes('state') ? [cookie(site, 'state', state)] : []),
        ...(checks.includes('pkce') ? [cookie(site, 'pkce.code_verifier', verifier)] : []),
      ],
    },
  )
}

function finish(site: Site): Reply {
  const { base, web, world, request } = site
  const { searchParams } = new URL(request.path, base)
  const failed = (error: string) => redirect(`${base}/api/auth/error?error=${error}`)
  const of = (name: string) => web.environment[`AUTH_KEYCLOAK_${name}`] ?? ''
  const realm = world.keycloak.realms[of('ISSUER').split('/realms/')[1] ?? '']
  const code = searchParams.get('code') ?? ''
  const grant = realm?.codes[code]
  const checks = of('CHECKS').split(',')
  if (!realm || !grant) return failed('OAuthCallback')
  delete realm.codes[code]
  if (checks.includes('state') && sent(site, 'state') !== searchParams.get('state'))
    return failed('OAuthCallback')
  if (grant.challenge !== undefined && sha(sent(site, 'pkce.code_verifier') ?? '') !== grant.challenge)
    return failed('OAuthCallback')
  if (realm.clients[of('CLIENT_ID')]?.secret !== of('CLIENT_SECRET')) return failed('OAuthCallback')
  const user = realm.users.find(one => one.id === grant.user)
  if (!user?.email) return failed('Callback')
  const rows = rowsOf(site)
  if (!rows) return failed('Callback')
  const known = rows.users.find(one => one.email === user.email)
  if (known && of('ALLOW_ACCOUNT_LINKING') !== 'true') return failed('OAuthAccountNotLinked')
  if (!known) {
    const organization = web.environment.LANGFUSE_DEFAULT_ORG_ID
    rows.users.push({
      email: user.email,
      name: user.username,
      password: undefined,
      organizations: organization ? [organization] : [],
    })
  }
  const back = decodeURIComponent(sent(site, 'callback-url') ?? encodeURIComponent(base))
  return redirect(back, {
    'set-cookie': cookie(site, 'session-token', Buffer.from(user.email).toString('base64url')),
  })
}

function password(site: Site): Reply {
  const given = formOf(site.request)
  const user = rowsOf(site)?.users.find(one => one.email === given.get('email'))
  if (!isOurs(site) || user?.password === undefined || user.password !== given.get('password'))
    return json(401, { url: `${site.base}/api/auth/error?error=Invalid%20credentials` })
  return json(
    200,
    { url: site.base },
    { 'set-cookie': cookie(site, 'session-token', Buffer.from(user.email).toString('base64url')) },
  )
}

function session(site: Site): Reply {
  const token = sent(site, 'session-token')
  const rows = rowsOf(site)
  const user = token && rows?.users.find(one => one.email === Buffer.from(token, 'base64url').toString())
  if (!user || !rows) return json(200, {})
  return json(200, {
    user: {
      id: sha(user.email).slice(0, 24),
      name: user.name,
      email: user.email,
      image: null,
      admin: false,
      canCreateOrganizations: true,
      organizations: rows.organizations
        .filter(one => user.organizations.includes(one.id))
        .map(one => ({
          id: one.id,
          name: one.name,
          projects: rows.projects.filter(project => project.organization === one.id),
        })),
      featureFlags: {},
    },
    expires: new Date(site.world.now + 30 * 86_400_000).toISOString(),
    environment: { enableExperimentalFeatures: false, selfHostedInstancePlan: null },
  })
}
