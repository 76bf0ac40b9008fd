import { createHash } from 'node:crypto'
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import type { Login, ServiceTarget } from '../../config/settings.ts'
import { abortError } from '../connection/abort.ts'
import type { Connections } from '../connection/connections.ts'
import { StreamAgent } from '../connection/http.ts'
import { clickhouseCode, clickhouseError } from './errors.ts'
import { exchangeHello } from './native.ts'
import type { ClickhousePort } from './port.ts'

export interface ClickhouseOptions {
  readonly connections: Connections
  readonly target: ServiceTarget
  readonly nativePort: number
  readonly admin: Login
}

type Rows = Readonly<Record<string, unknown>>[]

/** The database every server has; the session is there so that ours need not exist. */
const ANY_DATABASE = 'default'

export function clickhouseAdapter(options: ClickhouseOptions): ClickhousePort & { close(): Promise<void> } {
  const { connections, target, nativePort, admin } = options
  // A server that is restarted by a change of its users drops connections that were kept, unseen until the next use.
  const agent = new StreamAgent(signal => connections.connect(target, signal), { keepAlive: false })
  const url = `http://${target.service}.${target.namespace}.svc:${target.port}`
  const where = {
    name: `${target.namespace}/${target.service}:${target.port}`,
    namespace: target.namespace,
    user: admin.user,
  }
  const client = (login: Login, database: string) =>
    createClient({
      url,
      username: login.user,
      password: login.password.reveal(),
      database,
      http_agent: agent,
      keep_alive: { enabled: false },
      application: 'thinkube-langfuse',
      request_timeout: 120_000,
      compression: { request: false, response: false },
      // Its log would go to the terminal, statements and all.
      log: { level: ClickHouseLogLevel.OFF },
    })
  const own = client(admin, ANY_DATABASE)

  const attempt = async <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
    if (signal.aborted) throw abortError(signal)
    try {
      return await work()
    } catch (error) {
      throw signal.aborted ? abortError(signal) : error
    }
  }
  const asAdmin = <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> =>
    attempt(signal, work).catch((error: unknown) => {
      throw signal.aborted ? error : clickhouseError(error, where)
    })
  const read = async (
    sql: string,
    signal: AbortSignal,
    parameters: Readonly<Record<string, unknown>> = {},
  ) => {
    const result = await own.query({
      query: sql,
      format: 'JSONEachRow',
      query_params: { ...parameters },
      abort_signal: signal,
    })
    return (await result.json()) as Rows
  }
  const run = (sql: string, signal: AbortSignal) =>
    asAdmin(signal, async () => {
      await own.command({ query: sql, abort_signal: signal })
    })

  return {
    server: signal =>
      asAdmin(signal, async () => {
        const [row] = await read(
          'select version() as version, currentUser() as user, timezone() as zone',
          signal,
        )
        return {
          version: String(row?.version),
          user: String(row?.user),
          timeZone: String(row?.zone),
          accessManagement: await mayCreateUsers(signal),
        }
      }),
    async hello(signal) {
      const native = { ...target, port: nativePort }
      const place = { ...where, name: `${target.namespace}/${target.service}:${nativePort}` }
      if (signal.aborted) throw abortError(signal)
      const stream = connections.connect(native, signal)
      try {
        const login = { user: admin.user, password: admin.password.reveal(), database: ANY_DATABASE }
        return await exchangeHello(stream, login)
      } catch (error) {
        throw signal.aborted ? abortError(signal) : clickhouseError(error, place)
      } finally {
        stream.destroy()
      }
    },
    database: (name, signal) =>
      asAdmin(signal, async () => {
        const parameters = { name }
        const [found] = await read(
          'select comment from system.databases where name = {name:String}',
          signal,
          parameters,
        )
        if (!found) return undefined
        const tables = await read(
          'select name from system.tables where database = {name:String} order by name',
          signal,
          parameters,
        )
        return { tables: tables.map(table => String(table.name)), comment: String(found.comment ?? '') }
      }),
    createDatabase: ({ name, comment }, signal) =>
      run(`CREATE DATABASE IF NOT EXISTS ${identifier(name)} COMMENT ${literal(comment)}`, signal),
    dropDatabase: (name, signal) => run(`DROP DATABASE IF EXISTS ${identifier(name)} SYNC`, signal),
    grants: (user, signal) =>
      asAdmin(signal, async () => {
        try {
          const rows = await read(`SHOW GRANTS FOR ${identifier(user)}`, signal)
          return rows.map(row => String(Object.values(row)[0]))
        } catch (error) {
          const code = clickhouseCode(error)
          // 511: a name that is no user is looked for among the roles.
          if (code === 192 || code === 511) return undefined
          throw error
        }
      }),
    async putUser({ name, password, database }, signal) {
      const [exists] = await asAdmin(signal, () =>
        read('select 1 from system.users where name = {name:String}', signal, { name }),
      )
      const hash = createHash('sha256').update(password.reveal()).digest('hex')
      const identified = `IDENTIFIED WITH sha256_hash BY ${literal(hash)} DEFAULT DATABASE ${identifier(database)}`
      await run(`${exists ? 'ALTER' : 'CREATE'} USER ${identifier(name)} ${identified}`, signal)
    },
    grant: ({ user, database, privileges }, signal) =>
      run(`GRANT ${privileges.join(', ')} ON ${identifier(database)}.* TO ${identifier(user)}`, signal),
    dropUser: (name, signal) => run(`DROP USER IF EXISTS ${identifier(name)}`, signal),
    async login({ user, password, database }, signal) {
      const theirs = client({ user, password }, database)
      try {
        await attempt(signal, async () => {
          await (await theirs.query({ query: 'select 1', abort_signal: signal })).text()
        })
        return 'ok'
      } catch (error) {
        if (signal.aborted) throw error
        const code = clickhouseCode(error)
        if (code === 516 || code === 192 || code === 193 || code === 194) return 'refused'
        if (code === 81) return 'no-database'
        throw clickhouseError(error, { ...where, user })
      }
    },
    query: ({ sql, parameters }, signal) => asAdmin(signal, () => read(sql, signal, parameters)),
    async close() {
      await own.close()
      agent.destroy()
    },
  }

  /** Not by CHECK GRANT, which takes no FORMAT. From 25 on the right stands on `*`, before on `*.*`. */
  async function mayCreateUsers(signal: AbortSignal): Promise<boolean> {
    const rows = await read('SHOW GRANTS', signal)
    return rows.some(row =>
      /\b(ALL|ACCESS MANAGEMENT|CREATE USER)\b.* ON \*(\.\*)? TO /.test(String(Object.values(row)[0])),
    )
  }
}

/** As ClickHouse quotes names. */
export function identifier(name: string): string {
  return `\`${name.replace(/[\\`]/g, character => `\\${character}`)}\``
}

function literal(value: string): string {
  return `'${value.replace(/[\\']/g, character => `\\${character}`)}'`
}
