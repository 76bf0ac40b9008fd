import { afterAll, describe, expect, it } from 'vitest'
import { Secret } from '../../src/config/secret.ts'
import { keycloakAdapter } from '../../src/platform/keycloak/adapter.ts'
import type { KeycloakClient } from '../../src/platform/keycloak/port.ts'
import { connectionsOf } from '../../src/platform/open.ts'
import { platformUnderTest, within } from '../support/platform.ts'

const { platform, kubernetes, services, mark, close } = platformUnderTest()
const { keycloak, settings } = services
const connections = connectionsOf(kubernetes, false)
const clientId = `${mark}-client`
const secret = new Secret(`${mark}-client-secret`)
const wanted: KeycloakClient = {
  clientId,
  name: 'Contract test',
  description: 'made by a test',
  enabled: true,
  protocol: 'openid-connect',
  publicClient: false,
  standardFlowEnabled: true,
  implicitFlowEnabled: false,
  directAccessGrantsEnabled: true,
  serviceAccountsEnabled: false,
  redirectUris: ['https://x.test/*', 'https://x.test/api/auth/callback/keycloak'],
  webOrigins: ['+', 'https://x.test'],
  attributes: { 'access.token.lifespan': '3600', 'post.logout.redirect.uris': '+' },
  defaultClientScopes: ['email', 'offline_access', 'openid', 'profile'],
  optionalClientScopes: ['address', 'phone'],
}
const sorted = (client: KeycloakClient | undefined) =>
  client && {
    ...client,
    redirectUris: [...client.redirectUris].sort(),
    webOrigins: [...client.webOrigins].sort(),
    defaultClientScopes: [...client.defaultClientScopes].sort(),
    optionalClientScopes: [...client.optionalClientScopes].sort(),
  }

afterAll(async () => {
  await keycloak.removeClient(clientId, within(20))
  connections.close()
  await close()
})

describe('Keycloak', () => {
  it('logs the administrator in and says what it may do', async () => {
    const { version, roles } = await keycloak.login(within(30))
    expect(version).toMatch(/^26\.\d+\.\d+/)
    expect(roles).toEqual(
      expect.arrayContaining(['view-realm', 'view-users', 'view-clients', 'manage-clients']),
    )
  })

  it('describes the realm', async () => {
    expect(await keycloak.realms(within(20))).toEqual(
      expect.arrayContaining(['master', settings.keycloak.realm]),
    )
    const realm = await keycloak.realm(within(20))
    expect(realm).toMatchObject({ enabled: true, signatureAlgorithm: 'RS256' })
    expect(realm?.scopes).toEqual(expect.arrayContaining(['email', 'profile', 'offline_access']))
  })

  it('finds users, by group and by name', async () => {
    const { realmUser, realmEmail } = platform.facts
    const found = { username: realmUser, email: realmEmail, enabled: true }
    expect(await keycloak.users({ group: 'cluster-admins' }, within(20))).toEqual([
      expect.objectContaining(found),
    ])
    expect(await keycloak.users({ username: realmUser }, within(20))).toEqual([
      expect.objectContaining(found),
    ])
    expect(await keycloak.users({ group: 'no-such-group' }, within(20))).toEqual([])
    expect(await keycloak.users({ username: 'nobody' }, within(20))).toEqual([])
  })

  it('makes a client exactly as wanted, with its secret', async () => {
    expect(await keycloak.client(clientId, within(20))).toBeUndefined()
    expect(await keycloak.clientSecret(clientId, within(20))).toBeUndefined()
    await keycloak.putClient(wanted, secret, within(20))
    const client = sorted(await keycloak.client(clientId, within(20)))
    expect(client).toMatchObject({ ...wanted, attributes: expect.objectContaining(wanted.attributes) })
    expect((await keycloak.clientSecret(clientId, within(20)))?.reveal()).toBe(secret.reveal())
  })

  it('repairs what a PUT of Keycloak leaves as it is: scopes on the wrong side, missing and extra ones', async () => {
    const drifted = {
      ...wanted,
      directAccessGrantsEnabled: false,
      redirectUris: ['https://elsewhere.test/*'],
      defaultClientScopes: ['address', 'roles'],
      optionalClientScopes: ['email', 'phone', 'microprofile-jwt'],
    }
    await keycloak.putClient(drifted, new Secret('another'), within(20))
    expect(sorted(await keycloak.client(clientId, within(20)))).toMatchObject({
      redirectUris: ['https://elsewhere.test/*'],
      defaultClientScopes: ['address', 'roles'],
    })
    await keycloak.putClient(wanted, secret, within(20))
    const client = sorted(await keycloak.client(clientId, within(20)))
    expect(client).toMatchObject({ ...wanted, attributes: expect.objectContaining(wanted.attributes) })
    expect((await keycloak.clientSecret(clientId, within(20)))?.reveal()).toBe(secret.reveal())
  })

  it('lets out what the realm does not have', async () => {
    const odd = { ...wanted, defaultClientScopes: [...wanted.defaultClientScopes, 'no-such-scope'] }
    await keycloak.putClient(odd, secret, within(20))
    const client = sorted(await keycloak.client(clientId, within(20)))
    expect(client?.defaultClientScopes).toEqual(wanted.defaultClientScopes)
  })

  it('removes a client once', async () => {
    expect(await keycloak.removeClient(clientId, within(20))).toBe(true)
    expect(await keycloak.removeClient(clientId, within(20))).toBe(false)
  })

  it('says that the login is refused, and that a realm is not there', async () => {
    const admin = { ...settings.keycloak.admin, password: new Secret('wrong') }
    const wrong = keycloakAdapter({ connections, ...settings.keycloak, admin })
    await expect(wrong.login(within(30))).rejects.toMatchObject({
      problem: { code: 'keycloak/login-refused' },
    })
    const elsewhere = keycloakAdapter({ connections, ...settings.keycloak, realm: 'no-such-realm' })
    expect(await elsewhere.realm(within(20))).toBeUndefined()
    await Promise.all([wrong.close(), elsewhere.close()])
  })

  it('honours an abort', async () => {
    await expect(keycloak.realms(AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' })
  })
})
