import { afterAll, describe, expect, it } from 'vitest'
import { Secret } from '../../src/config/secret.ts'
import type { ProblemError } from '../../src/engine/problem.ts'
import { connectionsOf } from '../../src/platform/open.ts'
import { postgresAdapter } from '../../src/platform/postgres/adapter.ts'
import { session } from '../../src/platform/postgres/session.ts'
import { platformUnderTest, within } from '../support/platform.ts'

const { platform, kubernetes, services, mark, close } = platformUnderTest()
const { postgres, settings } = services
const role = `${mark}-"role"`
const database = `${mark}-'database'`
const password = new Secret(`${mark}SentinelPassword`)
const connections = connectionsOf(kubernetes, false)

afterAll(async () => {
  await postgres.dropDatabase(database, within(30))
  await postgres.dropRole(role, within(30))
  await close()
})

describe('PostgreSQL', () => {
  it('says what it is and what the login may do', async () => {
    const server = await postgres.server(within(20))
    expect(server).toMatchObject({
      user: settings.postgres.admin.user,
      superuser: true,
      createRole: true,
      createDatabase: true,
      readOnly: false,
    })
    expect(server.version).toMatch(/^\d+\.\d+$/)
    expect(server.connections.max).toBeGreaterThan(server.connections.used)
  })

  it('knows no role and no database that is not there', async () => {
    expect(await postgres.role(role, within(20))).toBeUndefined()
    expect(await postgres.database(database, within(20))).toBeUndefined()
    expect(await postgres.login({ user: role, password, database: 'postgres' }, within(20))).toBe('refused')
  })

  it('makes a role that can log in, and changes its password', async () => {
    await postgres.putRole({ name: role, password: new Secret('first'), comment: "it's ours" }, within(20))
    expect(await postgres.role(role, within(20))).toEqual({
      canLogin: true,
      superuser: false,
      comment: "it's ours",
    })
    await postgres.putRole({ name: role, password, comment: 'still ours' }, within(20))
    const login = (secret: Secret) =>
      postgres.login({ user: role, password: secret, database: 'postgres' }, within(20))
    expect(await login(new Secret('first'))).toBe('refused')
    expect(await login(password)).toBe('ok')
  })

  it('never shows the password to the server, not even in its log', async () => {
    const pod = { namespace: 'postgres', pod: 'postgresql-official-0', container: 'postgres' }
    const log = (await services.kubernetes.logs(pod, { tail: 500, signal: within(20) })).join('\n')
    expect(log).not.toContain(password.reveal())
    expect(await platform.auditLog()).not.toContain(password.reveal())
  })

  it('makes a database with owner, time zone and comment, and repairs all three', async () => {
    expect(await postgres.login({ user: role, password, database }, within(20))).toBe('no-database')
    const wanted = { name: database, owner: role, comment: 'made by a test' }
    await postgres.putDatabase(wanted, within(30))
    expect(await postgres.database(database, within(20))).toEqual({
      owner: role,
      timeZone: 'UTC',
      comment: 'made by a test',
    })
    expect(await postgres.login({ user: role, password, database }, within(20))).toBe('ok')
    await postgres.putDatabase(
      { ...wanted, owner: settings.postgres.admin.user, comment: 'other' },
      within(30),
    )
    await postgres.putDatabase(wanted, within(30))
    expect(await postgres.database(database, within(20))).toMatchObject({
      owner: role,
      comment: 'made by a test',
    })
  })

  it('counts tables and rows, and drops a database that is in use', async () => {
    const login = { user: role, password }
    const theirs = { connections, target: settings.postgres.target, login, database, signal: within(50) }
    await session(theirs, async ({ run }) => {
      await run('create table traces (id int)')
      await run('create table "Odd name" (id int)')
      await run('insert into traces select generate_series(1, 5)')
      expect(await postgres.content(database, ['traces', 'Odd name', 'absent'], within(20))).toEqual({
        tables: 2,
        rows: { traces: 5, 'Odd name': 0 },
      })
      await postgres.dropDatabase(database, within(20))
    }).catch((error: unknown) => {
      // The connection that made the tables was ended by the drop.
      expect(error).toMatchObject({ problem: { kind: 'unreachable' } })
    })
    expect(await postgres.database(database, within(20))).toBeUndefined()
    await postgres.dropRole(role, within(20))
    expect(await postgres.role(role, within(20))).toBeUndefined()
  })

  it('says that the login is refused, and that nothing listens', async () => {
    const admin = { ...settings.postgres.admin, password: new Secret('wrong') }
    const { target } = settings.postgres
    const wrong = postgresAdapter({ connections, target, admin, random: services.random })
    await expect(wrong.server(within(20))).rejects.toMatchObject({
      problem: { code: 'postgres/login-refused' },
    })
    const elsewhere = { ...target, service: 'no-such-service' }
    const nowhere = postgresAdapter({ connections, target: elsewhere, admin, random: services.random })
    await expect(nowhere.server(within(20))).rejects.toMatchObject({
      problem: { code: 'connection/no-service' },
    })
  })

  it('honours an abort', async () => {
    await expect(postgres.server(AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' })
  })
})

describe('a server that trusts its own loopback', () => {
  const inPod = (script: string) =>
    platform.kubectl([
      '-n',
      'postgres',
      'exec',
      'postgresql-official-0',
      '-c',
      'postgres',
      '--',
      'sh',
      '-c',
      script,
    ])
  const asAdmin = <T>(work: Parameters<typeof session<T>>[1]) =>
    session(
      {
        connections,
        target: settings.postgres.target,
        login: settings.postgres.admin,
        database: 'postgres',
        signal: within(20),
      },
      work,
    )
  const reload = () => asAdmin(({ run }) => run('select pg_reload_conf()'))

  it('does not take being let in for a proof of the password', async () => {
    await postgres.putRole({ name: role, password, comment: 'trusted' }, within(20))
    const [row] = await asAdmin(({ rows }) => rows<{ hba_file: string }>('show hba_file'))
    const hba = row!.hba_file
    await inPod(`cp ${hba} ${hba}.kept`)
    try {
      await inPod(
        `{ echo 'host all all 127.0.0.1/32 trust'; echo 'host all all ::1/128 trust'; cat ${hba}.kept; } > ${hba}`,
      )
      await reload()
      const wrong = { user: settings.postgres.admin.user, password: new Secret('wrong') }
      const stranger = postgresAdapter({
        connections,
        random: bytes => new Uint8Array(bytes),
        target: settings.postgres.target,
        admin: wrong,
      })
      const answer = () =>
        stranger.server(within(20)).then(
          () => 'let in',
          (thrown: ProblemError) => String(thrown.problem.detail?.[0]),
        )
      await expect.poll(answer, { timeout: 20_000 }).toContain('without a password')
      const login = (secret: Secret) =>
        postgres.login({ user: role, password: secret, database: 'postgres' }, within(20))
      expect(await login(new Secret('wrong'))).toBe('refused')
      expect(await login(password)).toBe('ok')
      expect(await postgres.server(within(20))).toMatchObject({ user: settings.postgres.admin.user })
    } finally {
      await inPod(`mv ${hba}.kept ${hba}`)
      await reload()
    }
  })
})
