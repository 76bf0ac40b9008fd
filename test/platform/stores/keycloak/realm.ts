import type { PlatformFacts } from '../../facts.ts'
import type { AdminCall } from './admin.ts'

type Named = { id: string; name: string }
/** Exists already: that is what we want. */
const created = [201, 409]

/** Gives the bootstrap user of the seed the platform's password. */
export async function takeOver(call: AdminCall, facts: PlatformFacts): Promise<void> {
  const id = await userId(call, 'master', 'admin')
  const body = { type: 'password', value: facts.adminPassword, temporary: false }
  await call({ method: 'PUT', path: `/master/users/${id}/reset-password`, body })
}

/** The permanent administrator beside the bootstrap user `admin`. */
export async function makeAdministrator(call: AdminCall, facts: PlatformFacts): Promise<void> {
  await call({
    method: 'POST',
    path: '/master/users',
    accept: created,
    body: {
      username: facts.adminUser,
      enabled: true,
      credentials: [{ type: 'password', value: facts.adminPassword, temporary: false }],
    },
  })
  const id = await userId(call, 'master', facts.adminUser)
  const role = (await call({ path: '/master/roles/admin' })).body
  await call({ method: 'POST', path: `/master/users/${id}/role-mappings/realm`, body: [role] })
}

/** The realm of the applications with its group, its user and the two scopes that Harbor's installation leaves. */
export async function makeRealm(call: AdminCall, facts: PlatformFacts): Promise<void> {
  await call({
    method: 'POST',
    path: '',
    accept: created,
    body: {
      realm: facts.realm,
      displayName: 'Thinkube Applications',
      enabled: true,
      registrationAllowed: false,
    },
  })
  await call({
    method: 'PUT',
    path: `/${facts.realm}/events/config`,
    // Tests read from the events whether a second installation changed something.
    body: { adminEventsEnabled: true, adminEventsDetailsEnabled: false },
  })
  const profile = (await call({ path: `/${facts.realm}/users/profile` })).body as object
  await call({
    method: 'PUT',
    path: `/${facts.realm}/users/profile`,
    body: { ...profile, unmanagedAttributePolicy: 'ENABLED' },
  })
  await call({
    method: 'POST',
    path: `/${facts.realm}/groups`,
    accept: created,
    body: { name: 'cluster-admins' },
  })
  await makeUser(call, facts)
  for (const scope of scopes)
    await call({ method: 'POST', path: `/${facts.realm}/client-scopes`, accept: created, body: scope })
}

async function makeUser(call: AdminCall, facts: PlatformFacts): Promise<void> {
  await call({
    method: 'POST',
    path: `/${facts.realm}/users`,
    accept: created,
    body: {
      username: facts.realmUser,
      email: facts.realmEmail,
      ...{ emailVerified: true, firstName: 'Thinkube', lastName: 'User', enabled: true },
      credentials: [{ type: 'password', value: facts.realmPassword, temporary: false }],
    },
  })
  const id = await userId(call, facts.realm, facts.realmUser)
  const groups = (await call({ path: `/${facts.realm}/groups?search=cluster-admins` })).body as Named[]
  const group = groups.find(g => g.name === 'cluster-admins')
  if (!group) throw new Error('the group cluster-admins is not in the realm that has just got it')
  await call({ method: 'PUT', path: `/${facts.realm}/users/${id}/groups/${group.id}` })
}

async function userId(call: AdminCall, realm: string, username: string): Promise<string> {
  const users = (await call({ path: `/${realm}/users?exact=true&username=${username}` })).body as {
    id: string
  }[]
  if (!users[0]) throw new Error(`the user ${username} is not in the realm ${realm} that has just got it`)
  return users[0].id
}

const attributes = { 'include.in.token.scope': 'true', 'display.on.consent.screen': 'true' }
const scopes = [
  { name: 'openid', description: 'OpenID Connect scope', protocol: 'openid-connect', attributes },
  {
    name: 'groups',
    description: 'Group membership',
    protocol: 'openid-connect',
    attributes,
    protocolMappers: [
      {
        name: 'groups',
        protocol: 'openid-connect',
        protocolMapper: 'oidc-group-membership-mapper',
        config: {
          ...{ 'claim.name': 'groups', 'full.path': 'false', 'id.token.claim': 'true' },
          ...{ 'access.token.claim': 'true', 'userinfo.token.claim': 'true' },
        },
      },
    ],
  },
]
