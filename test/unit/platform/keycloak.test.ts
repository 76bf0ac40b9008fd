import http, { type IncomingMessage } from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { Secret } from '../../../src/config/secret.ts'
import { keycloakAdapter } from '../../../src/platform/keycloak/adapter.ts'

const PASSWORD = 'pass-word-0815'
const claims = Buffer.from(JSON.stringify({ iat: 1_000, exp: 1_060 })).toString('base64url')
const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

type Answer = { readonly status: number; readonly body: unknown } | 'silence'

/** A server that hands out tokens of a far past and answers admin calls as told, one after the other. */
async function keycloak(...answers: Answer[]) {
  const seen: IncomingMessage[] = []
  let tokens = 0
  const server = http.createServer((request, response) => {
    seen.push(request)
    const login = request.url?.endsWith('/token')
    const answer = login
      ? { status: 200, body: { access_token: `head.${claims}.token-${++tokens}`, expires_in: 60 } }
      : (answers.shift() ?? { status: 200, body: [{ realm: 'kept' }] })
    if (answer === 'silence') return
    response.writeHead(answer.status, {
      'content-type': 'application/json',
      location: 'http://elsewhere.test/',
    })
    response.end(JSON.stringify(answer.body))
  })
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  const connect = () => net.connect(port, '127.0.0.1')
  const adapter = keycloakAdapter({
    connections: { connect, connectPod: connect, close() {} },
    target: { namespace: 'keycloak', service: 'keycloak', port: 8080 },
    url: 'https://auth.tk.test',
    realm: 'thinkube',
    admin: { user: 'admin', password: new Secret(PASSWORD) },
  })
  closers.push(
    () => server.close(),
    () => server.closeAllConnections(),
    () => adapter.close(),
  )
  return { adapter, seen }
}

const signal = () => AbortSignal.timeout(10_000)
const failure = (work: Promise<unknown>) =>
  work.then(
    () => expect.unreachable('it succeeded'),
    (error: unknown) => error,
  )

describe('the Keycloak adapter', () => {
  it('says on token and admin calls which public address it stands for, and keeps a token', async () => {
    const { adapter, seen } = await keycloak()
    await adapter.realms(signal())
    expect(await adapter.realms(signal())).toEqual(['kept'])
    expect(seen.map(({ url }) => url)).toEqual([
      '/realms/master/protocol/openid-connect/token',
      '/admin/realms/?briefRepresentation=true',
      '/admin/realms/?briefRepresentation=true',
    ])
    for (const { headers } of seen) {
      expect(headers).toMatchObject({
        host: 'keycloak.keycloak.svc:8080',
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'auth.tk.test',
        'x-forwarded-port': '443',
      })
    }
  })

  it('logs in again, once, when its token is refused', async () => {
    const refused = { status: 401, body: { error: 'HTTP 401 Unauthorized' } }
    const { adapter, seen } = await keycloak(refused)
    expect(await adapter.realms(signal())).toEqual(['kept'])
    expect(seen.at(-1)?.headers.authorization).toMatch(/token-2$/)
    const { adapter: hopeless, seen: tried } = await keycloak(refused, refused, refused)
    expect(await failure(hopeless.realms(signal()))).toMatchObject({
      problem: { code: 'keycloak/login-refused' },
    })
    expect(tried).toHaveLength(4)
  })

  it.each([
    [403, 'keycloak/forbidden'],
    [404, 'keycloak/missing'],
    [409, 'keycloak/conflict'],
    [503, 'keycloak/unreachable'],
    [302, 'keycloak/refused-request'],
  ])('translates %i and lets nothing of the request out', async (status, code) => {
    const { adapter } = await keycloak({ status, body: { error: 'said', error_description: 'why' } })
    const error = await failure(adapter.realms(signal()))
    expect(error).toMatchObject({ problem: { code, detail: expect.arrayContaining(['said: why']) } })
    expect((error as Error).cause).toBeUndefined()
    const shown = inspect(error, { depth: 20, showHidden: true })
    expect(shown).not.toContain(PASSWORD)
    expect(shown).not.toMatch(/Bearer|token-1/)
  })

  it('stops waiting for an answer when it is aborted', async () => {
    const { adapter, seen } = await keycloak('silence')
    const controller = new AbortController()
    const waiting = failure(adapter.realms(controller.signal))
    await expect.poll(() => seen.length).toBe(2)
    controller.abort()
    expect(await waiting).toMatchObject({ name: 'AbortError' })
  })
})
