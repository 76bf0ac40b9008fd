import type { RealmState, World } from '../world.ts'
import { formOf, html, json, type Reply, type Request, redirect } from './reply.ts'

/** What a browser and an OIDC client see of Keycloak: discovery, the login form, tokens. */
export function keycloakPages(world: World, request: Request): Reply {
  const { pathname, searchParams } = new URL(request.path, 'http://keycloak')
  const match = /^\/realms\/([^/]+)(\/.*)?$/.exec(pathname)
  if (!match)
    return pathname === '/' ? redirect(`https://${request.host}/admin/`) : json(404, { error: 'Not Found' })
  const realm = world.keycloak.realms[match[1]!]
  if (!realm?.enabled) return json(404, { error: 'Realm does not exist' })
  const issuer = `https://auth.${world.facts.domain}/realms/${match[1]}`
  const protocol = `${issuer}/protocol/openid-connect`
  switch (match[2]) {
    case '/.well-known/openid-configuration':
      return json(200, {
        issuer,
        authorization_endpoint: `${protocol}/auth`,
        token_endpoint: `${protocol}/token`,
        userinfo_endpoint: `${protocol}/userinfo`,
        jwks_uri: `${protocol}/certs`,
        id_token_signing_alg_values_supported: [realm.signatureAlgorithm],
      })
    case '/protocol/openid-connect/auth':
      return form(realm, { searchParams, issuer })
    case '/login-actions/authenticate':
      return authenticate(world, realm, { searchParams, issuer, request })
    case '/protocol/openid-connect/token':
      return token(realm, formOf(request))
  }
  return json(404, { error: 'Not Found' })
}

function form(
  realm: RealmState,
  { searchParams, issuer }: { searchParams: URLSearchParams; issuer: string },
): Reply {
  const client = realm.clients[searchParams.get('client_id') ?? '']
  if (!client) return html(400, page('Client not found.'))
  const uri = searchParams.get('redirect_uri') ?? ''
  if (!allows(client.representation.redirectUris as string[], uri))
    return html(400, page('Invalid parameter: redirect_uri'))
  const action = `${issuer}/login-actions/authenticate?${searchParams}`.replaceAll('&', '&amp;')
  return html(200, page(`<form id="kc-form-login" action="${action}" method="post"></form>`), {
    'set-cookie': 'AUTH_SESSION_ID=rehearsal; Path=/realms/; Secure; HttpOnly; SameSite=None',
  })
}

const page = (content: string): string => `<!DOCTYPE html><html><body>${content}</body></html>`

const allows = (patterns: readonly string[], uri: string): boolean =>
  patterns.some(one => one === uri || (one.endsWith('*') && uri.startsWith(one.slice(0, -1))))

function authenticate(
  world: World,
  realm: RealmState,
  { searchParams, issuer, request }: { searchParams: URLSearchParams; issuer: string; request: Request },
): Reply {
  const given = formOf(request)
  const user = realm.users.find(
    one => one.username === given.get('username') || one.email === given.get('username'),
  )
  if (!user?.enabled || user.password !== given.get('password'))
    return html(200, page('<span id="input-error">Invalid username or password.</span>'))
  world.counter += 1
  const code = `code-${world.counter}`
  realm.codes[code] = {
    user: user.id,
    client: searchParams.get('client_id')!,
    challenge: searchParams.get('code_challenge') ?? undefined,
  }
  const answer = new URLSearchParams({ session_state: `session-${world.counter}`, iss: issuer, code })
  const state = searchParams.get('state')
  if (state !== null) answer.set('state', state)
  return redirect(`${searchParams.get('redirect_uri')}?${answer}`)
}

/** Password grant only: the code flow's token exchange happens between Langfuse and Keycloak, inside the world. */
function token(realm: RealmState, given: URLSearchParams): Reply {
  const client = realm.clients[given.get('client_id') ?? '']
  if (!client || client.secret !== given.get('client_secret'))
    return json(401, {
      error: 'unauthorized_client',
      error_description: 'Invalid client or Invalid client credentials',
    })
  const user = realm.users.find(one => one.username === given.get('username'))
  if (given.get('grant_type') !== 'password' || !client.representation.directAccessGrantsEnabled)
    return json(400, {
      error: 'unauthorized_client',
      error_description: 'Client not allowed for direct access grants',
    })
  if (!user || user.password !== given.get('password'))
    return json(401, { error: 'invalid_grant', error_description: 'Invalid user credentials' })
  return json(200, {
    access_token: 'rehearsal',
    id_token: 'rehearsal',
    token_type: 'Bearer',
    expires_in: 3600,
  })
}
