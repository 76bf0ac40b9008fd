import { describe, expect, it } from 'vitest'
import { Secret } from '../../../src/config/secret.ts'
import { ProblemError } from '../../../src/engine/problem.ts'
import { thinkubeWorld } from '../../../src/platform/memory/fixture.ts'
import { memoryServices } from '../../../src/platform/memory/services.ts'
import { memorySettings } from '../../../src/platform/memory/settings.ts'
import type { World } from '../../../src/platform/memory/world.ts'

const { signal } = new AbortController()

/** Services with the settings of the healthy world, over the world as it was damaged. */
function damaged(damage: (world: World) => void) {
  const world = thinkubeWorld()
  const settings = memorySettings(world)
  damage(world)
  return memoryServices(world, settings)
}

const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'no problem',
    (thrown: unknown) => (thrown instanceof ProblemError ? thrown.problem.code : String(thrown)),
  )

const noPods = (namespace: string) => (world: World) => {
  for (const kind of ['Deployment', 'StatefulSet', 'ReplicaSet']) {
    const byName = world.kubernetes.objects[`apps/v1|${kind}`] ?? {}
    for (const name of Object.keys(byName)) if (name.startsWith(`${namespace}|`)) delete byName[name]
  }
  const pods = world.kubernetes.objects['v1|Pod']!
  for (const name of Object.keys(pods)) if (name.startsWith(`${namespace}|`)) delete pods[name]
}

describe('a store that is not there', () => {
  it.each([
    ['postgres', 'postgres/unreachable'],
    ['clickhouse', 'clickhouse/unreachable'],
    ['valkey', 'valkey/unreachable'],
    ['seaweedfs', 's3/unreachable'],
    ['keycloak', 'keycloak/unreachable'],
    ['registry', 'registry/unreachable'],
  ])('in %s is %s', async (namespace, code) => {
    const services = damaged(noPods(namespace))
    const calls: Record<string, () => Promise<unknown>> = {
      postgres: () => services.postgres.server(signal),
      clickhouse: () => services.clickhouse.hello(signal),
      valkey: () => services.valkey.server(signal),
      seaweedfs: () => services.s3.buckets(signal),
      keycloak: () => services.keycloak.login(signal),
      registry: () => services.registry.tags('library/langfuse', signal),
    }
    expect(await codeOf(calls[namespace]!())).toBe(code)
  })

  it('cannot be reached without the right to forward ports', async () => {
    const services = damaged(world => {
      world.kubernetes.denials.push({ verb: 'create', group: '', resource: 'pods/portforward' })
    })
    expect(await codeOf(services.postgres.server(signal))).toBe('kubernetes/forbidden')
  })
})

describe('a login that is refused', () => {
  const where: Readonly<Record<string, (world: World) => { password?: string; secretKey?: string }>> = {
    'postgres/login-refused': world => world.postgres.roles.tkadmin!,
    'clickhouse/login-refused': world => world.clickhouse.users.default!,
    'valkey/login-refused': world => world.valkey,
    's3/login-refused': world => world.s3,
    'keycloak/login-refused': world => world.keycloak.admin,
  }
  it.each(Object.keys(where))('is %s', async code => {
    const damage = (world: World) =>
      void Object.assign(where[code]!(world), { password: 'x', secretKey: 'x' })
    const services = damaged(damage)
    const calls = [
      services.postgres.server(signal),
      services.clickhouse.server(signal),
      services.valkey.server(signal),
      services.s3.buckets(signal),
      services.keycloak.login(signal),
    ]
    const codes = await Promise.all(calls.map(codeOf))
    expect(codes.filter(one => one !== 'no problem')).toEqual([code])
  })
})

describe('PostgreSQL', () => {
  it('makes a role that can log in and a database in UTC that it owns', async () => {
    const { postgres } = damaged(() => undefined)
    const password = new Secret('p')
    await postgres.putRole({ name: 'langfuse', password, comment: 'ours' }, signal)
    const login = { user: 'langfuse', password, database: 'langfuse_db' }
    expect(await postgres.login(login, signal)).toBe('no-database')
    await postgres.putDatabase({ name: 'langfuse_db', owner: 'langfuse', comment: 'ours' }, signal)
    expect(await postgres.login(login, signal)).toBe('ok')
    expect(await postgres.login({ ...login, password: new Secret('q') }, signal)).toBe('refused')
    expect(await postgres.database('langfuse_db', signal)).toEqual({
      owner: 'langfuse',
      timeZone: 'UTC',
      comment: 'ours',
    })
    expect(await codeOf(postgres.dropRole('langfuse', signal))).toBe('postgres/conflict')
    await postgres.dropDatabase('langfuse_db', signal)
    await postgres.dropRole('langfuse', signal)
    expect(await postgres.role('langfuse', signal)).toBeUndefined()
  })

  it('refuses every write when it is read-only', async () => {
    const { postgres } = damaged(world => {
      world.postgres.readOnly = true
    })
    const role = { name: 'langfuse', password: new Secret('p'), comment: '' }
    expect(await codeOf(postgres.putRole(role, signal))).toBe('postgres/read-only')
  })
})

describe('ClickHouse', () => {
  it('stores users only where access management is on', async () => {
    const { clickhouse } = damaged(world => {
      world.clickhouse.accessManagement = false
    })
    const user = { name: 'langfuse', password: new Secret('p'), database: 'langfuse' }
    expect(await codeOf(clickhouse.putUser(user, signal))).toBe('clickhouse/no-access-management')
  })

  it('adds to what was granted', async () => {
    const { clickhouse } = damaged(() => undefined)
    await clickhouse.putUser({ name: 'langfuse', password: new Secret('p'), database: 'langfuse' }, signal)
    const grant = { user: 'langfuse', database: 'langfuse' }
    await clickhouse.grant({ ...grant, privileges: ['SELECT'] }, signal)
    await clickhouse.grant({ ...grant, privileges: ['SELECT', 'INSERT'] }, signal)
    expect(await clickhouse.grants('langfuse', signal)).toEqual([
      'GRANT SELECT, INSERT ON langfuse.* TO langfuse',
    ])
    expect(await clickhouse.grants('nobody', signal)).toBeUndefined()
  })
})

describe('Valkey', () => {
  it('counts and removes by pattern, in one index', async () => {
    const { valkey } = damaged(world => {
      world.valkey.keys['3'] = { 'bull:a': 'hash', 'bull:b': 'hash', other: 'string' }
    })
    expect(await valkey.keyspace(signal)).toEqual(
      new Map([
        [0, 1],
        [3, 3],
      ]),
    )
    expect(await valkey.count(3, ['bull:*', 'none*'], signal)).toEqual({ 'bull:*': 2, 'none*': 0 })
    expect(await valkey.unlink(3, ['bull:*'], signal)).toBe(2)
    expect(await valkey.keyspace(signal)).toEqual(
      new Map([
        [0, 1],
        [3, 1],
      ]),
    )
  })
})

describe('Keycloak', () => {
  it('leaves out scopes that the realm does not have', async () => {
    const world = thinkubeWorld({ harborScopes: false })
    const { keycloak } = memoryServices(world, memorySettings(world))
    const client = {
      clientId: 'langfuse',
      enabled: true,
      protocol: 'openid-connect' as const,
      publicClient: false,
      standardFlowEnabled: true,
      implicitFlowEnabled: false,
      directAccessGrantsEnabled: true,
      serviceAccountsEnabled: false,
      redirectUris: [],
      webOrigins: [],
      attributes: {},
      defaultClientScopes: ['email', 'openid'],
      optionalClientScopes: [],
    }
    await keycloak.putClient(client, new Secret('s'), signal)
    expect((await keycloak.client('langfuse', signal))?.defaultClientScopes).toEqual(['email'])
    expect((await keycloak.clientSecret('langfuse', signal))?.reveal()).toBe('s')
    expect(await keycloak.removeClient('langfuse', signal)).toBe(true)
    expect(await keycloak.removeClient('langfuse', signal)).toBe(false)
  })
})
