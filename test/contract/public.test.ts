import { afterAll, describe, expect, it } from 'vitest'
import { connectionsOf, openPorts } from '../../src/platform/open.ts'
import { publicAdapter } from '../../src/platform/public/adapter.ts'
import { platformUnderTest, settingsOf, within } from '../support/platform.ts'

const { platform, kubernetes, services, close } = platformUnderTest()
const { settings } = services
const connections = connectionsOf(kubernetes, false)
const issuer = `${settings.keycloak.url}/realms/${settings.keycloak.realm}`
/** As from a machine that does not know the platform's names. */
const web = publicAdapter({
  kubernetes: kubernetes.port,
  connections,
  settings,
  resolve: () => Promise.reject(new Error('not found')),
})
const reject = (code: string) => ({ problem: { code } })

afterAll(async () => {
  await web.close()
  connections.close()
  await close()
})

describe('public hosts', () => {
  it('are reached through the gateway where their names do not resolve, with the certificate verified', async () => {
    const answer = await web.fetch(`${issuer}/.well-known/openid-configuration`, { signal: within(30) })
    expect(answer).toMatchObject({ status: 200, via: 'gateway' })
    expect(await answer.json()).toMatchObject({ issuer })
    expect(answer.certificate?.names).toContain(`*.${settings.domain}`)
    expect(answer.certificate!.validTo.getTime()).toBeGreaterThan(Date.now())
  })

  it('answer with redirects, which are not followed', async () => {
    const answer = await web.fetch(`${settings.keycloak.url}/`, { signal: within(20) })
    expect(answer.status).toBeGreaterThanOrEqual(300)
    expect(answer.status).toBeLessThan(400)
    expect(answer.headers.get('location')).toBeTruthy()
  })

  it('take a method, headers and a body', async () => {
    const answer = await web.fetch(`${issuer}/protocol/openid-connect/token`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=password&client_id=no-such-client&username=x&password=y',
      signal: within(20),
    })
    expect(answer.status).toBe(401)
    expect(await answer.json()).toMatchObject({ error: 'invalid_client' })
  })

  it('are not trusted without the CA of the platform', async () => {
    const untrusting = publicAdapter({
      kubernetes: kubernetes.port,
      connections,
      settings: { ...settings, tls: { caPem: undefined } },
      resolve: () => Promise.reject(new Error('not found')),
    })
    await expect(untrusting.fetch(issuer, { signal: within(20) })).rejects.toMatchObject(
      reject('public/certificate'),
    )
    await untrusting.close()
  })

  it('are not trusted under a name that the certificate does not have', async () => {
    const answer = web.fetch('https://a.b.example.org/', { signal: within(20) })
    await expect(answer).rejects.toMatchObject({ problem: { code: expect.stringMatching(/^public\//) } })
  })

  it('are asked at the gateway when the name resolves to a machine that refuses', async () => {
    const resolving = publicAdapter({
      kubernetes: kubernetes.port,
      connections,
      settings,
      // It claims to resolve; the connection that follows finds no such host.
      resolve: async () => '192.0.2.1',
    })
    expect(await resolving.fetch(issuer, { signal: within(20) })).toMatchObject({
      status: 200,
      via: 'gateway',
    })
    await resolving.close()
  })

  it('cannot be looked at when there is neither a name nor a gateway', async () => {
    const lost = publicAdapter({
      kubernetes: kubernetes.port,
      connections,
      settings: { ...settings, gateway: { ...settings.gateway, name: 'no-such-gateway' } },
      resolve: () => Promise.reject(new Error('not found')),
    })
    await expect(lost.fetch(issuer, { signal: within(20) })).rejects.toMatchObject(reject('public/no-way'))
    await lost.close()
  })

  it('honour an abort', async () => {
    await expect(web.fetch(issuer, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    })
  })
})

describe('the registry', () => {
  const { registry } = services

  it('has both images in both versions, for this machine', async () => {
    for (const image of ['langfuse', 'langfuse-worker']) {
      const repository = `${settings.registry.project}/${image}`
      expect(await registry.tags(repository, within(20))).toEqual(
        expect.arrayContaining(['3.113.0', '3.173.0']),
      )
      const manifest = await registry.manifest(repository, '3.113.0', within(20))
      expect(manifest?.digest).toMatch(/^sha256:[0-9a-f]{64}$/)
      expect(manifest?.platforms).toContain('linux/amd64')
    }
  })

  it('does not have what is not there', async () => {
    expect(
      await registry.manifest(`${settings.registry.project}/langfuse`, '0.0.0', within(20)),
    ).toBeUndefined()
    expect(await registry.manifest('library/no-such-image', 'latest', within(20))).toBeUndefined()
    expect(await registry.tags('library/no-such-image', within(20))).toEqual([])
  })

  it('is none where another server answers', async () => {
    const elsewhere = { host: `auth.${settings.domain}`, project: 'library' }
    const { clock, random, escrow } = services
    const other = openPorts({
      settings: settingsOf(platform, { registry: elsewhere }),
      kubernetes,
      clock,
      random,
      escrow,
    })
    await expect(other.registry.tags('library/langfuse', within(20))).resolves.toEqual([])
  })
})
