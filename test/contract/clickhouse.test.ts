import { afterAll, describe, expect, it, vi } from 'vitest'
import { Secret } from '../../src/config/secret.ts'
import { clickhouseAdapter } from '../../src/platform/clickhouse/adapter.ts'
import { connectionsOf } from '../../src/platform/open.ts'
import { platformUnderTest, within } from '../support/platform.ts'

const { platform, kubernetes, services, mark, close } = platformUnderTest()
const { clickhouse, settings } = services
const connections = connectionsOf(kubernetes, false)
const database = `${mark}_database`
const user = `${mark}_user`
const password = new Secret(`${mark}SentinelPassword`)
const privileges = ['SELECT', 'INSERT', 'CREATE TABLE', 'DROP TABLE']

afterAll(async () => {
  await clickhouse.dropUser(user, within(30))
  await clickhouse.dropDatabase(database, within(30))
  connections.close()
  await close()
})

describe('ClickHouse', () => {
  it('says what it is, over HTTP and over the native protocol', async () => {
    const server = await clickhouse.server(within(20))
    expect(server).toMatchObject({ timeZone: 'UTC', accessManagement: true })
    const version = await clickhouse.hello(within(20))
    expect(version).toMatch(/^\d+\.\d+\.\d+$/)
    expect(server.version.startsWith(version)).toBe(true)
  })

  it('binds parameters and gives rows as objects', async () => {
    const rows = await clickhouse.query(
      {
        sql: 'select {text:String} as text, {number:UInt32} + 1 as number',
        parameters: { text: "it's", number: 41 },
      },
      within(20),
    )
    expect(rows).toEqual([{ text: "it's", number: 42 }])
  })

  it('carries a large answer', async () => {
    const [row] = await clickhouse.query(
      { sql: "select arrayStringConcat(arrayMap(x -> repeat('x', 1000), range(20000))) as large" },
      within(40),
    )
    expect(String(row?.large)).toHaveLength(20_000_000)
  })

  it('knows no database and no user that is not there', async () => {
    expect(await clickhouse.database(database, within(20))).toBeUndefined()
    expect(await clickhouse.grants(user, within(20))).toBeUndefined()
    expect(await clickhouse.login({ user, password, database: 'default' }, within(20))).toBe('refused')
  })

  it('makes a database with a comment, once', async () => {
    const wanted = { name: database, comment: "it's ours" }
    await clickhouse.createDatabase(wanted, within(20))
    await clickhouse.createDatabase(wanted, within(20))
    expect(await clickhouse.database(database, within(20))).toEqual({ tables: [], comment: "it's ours" })
  })

  it('makes a user, changes its password, grants on one database', async () => {
    const { admin } = settings.clickhouse
    await clickhouse.putUser({ name: user, password: new Secret('first'), database }, within(30))
    await clickhouse.putUser({ name: user, password, database }, within(30))
    await clickhouse.grant({ user, database, privileges }, within(30))
    const grants = (await clickhouse.grants(user, within(20)))?.join('\n') ?? ''
    for (const privilege of privileges) expect(grants).toContain(privilege)
    const login = (secret: Secret, to: string) =>
      clickhouse.login({ user, password: secret, database: to }, within(20))
    expect(await login(new Secret('first'), database)).toBe('refused')
    expect(await login(password, database)).toBe('ok')
    expect(await clickhouse.login({ ...admin, database: `${mark}_absent` }, within(20))).toBe('no-database')
  })

  it('holds the user to what was granted', async () => {
    const login = { user, password }
    const theirs = clickhouseAdapter({ connections, ...settings.clickhouse, admin: login })
    await theirs.query(
      { sql: `select count() from system.tables where database = '${database}'` },
      within(20),
    )
    await expect(
      theirs.createDatabase({ name: `${mark}_more`, comment: '' }, within(20)),
    ).rejects.toMatchObject({
      problem: { code: 'clickhouse/forbidden', kind: 'forbidden' },
    })
    expect(await theirs.server(within(20))).toMatchObject({ accessManagement: false })
    await theirs.close()
  })

  it('shows no password in its query log', async () => {
    const log = { sql: 'select query from system.query_log where event_time > now() - 600' }
    // The table comes with the first flush after a restart, and restarts come with changes of users.
    const rows = await vi.waitFor(
      async () => {
        const found = await clickhouse.query(log, within(20))
        expect(found).not.toEqual([])
        return found
      },
      { timeout: 30_000, interval: 500 },
    )
    expect(JSON.stringify(rows)).not.toContain(password.reveal())
    expect(await platform.auditLog()).not.toContain(password.reveal())
  })

  it('says that the login is refused, over both protocols', async () => {
    const admin = { ...settings.clickhouse.admin, password: new Secret('wrong') }
    const wrong = clickhouseAdapter({ connections, ...settings.clickhouse, admin })
    const refused = { problem: { code: 'clickhouse/login-refused', kind: 'forbidden' } }
    await expect(wrong.server(within(20))).rejects.toMatchObject(refused)
    await expect(wrong.hello(within(20))).rejects.toMatchObject(refused)
    await wrong.close()
  })

  it('says that a port speaks another protocol', async () => {
    const odd = clickhouseAdapter({
      connections,
      ...settings.clickhouse,
      nativePort: settings.clickhouse.target.port,
    })
    await expect(odd.hello(within(20))).rejects.toMatchObject({ problem: { code: 'clickhouse/unreachable' } })
    await odd.close()
  })

  it('honours an abort in the middle of a query', async () => {
    const controller = new AbortController()
    const slow = clickhouse.query(
      { sql: 'select sleepEachRow(1) from numbers(20) settings max_block_size = 1' },
      controller.signal,
    )
    setTimeout(() => controller.abort(), 500)
    await expect(slow).rejects.toMatchObject({ name: 'AbortError' })
    await expect(clickhouse.hello(AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('takes everything away again', async () => {
    await clickhouse.dropUser(user, within(30))
    await clickhouse.dropDatabase(database, within(30))
    expect(await clickhouse.grants(user, within(20))).toBeUndefined()
    expect(await clickhouse.database(database, within(20))).toBeUndefined()
  })
})
