import type { Login, ServiceTarget } from '../../config/settings.ts'
import { raise } from '../../engine/problem.ts'
import { abortError } from '../connection/abort.ts'
import type { Connections } from '../connection/connections.ts'
import { notThePassword, postgresError, sqlState } from './errors.ts'
import { passwordHolds } from './password.ts'
import type { PostgresPort } from './port.ts'
import { scramVerifier } from './scram.ts'
import { identifier, literal, rawSession, type Session, session, whereOf } from './session.ts'

export interface PostgresOptions {
  readonly connections: Connections
  readonly target: ServiceTarget
  readonly admin: Login
  readonly random: (bytes: number) => Uint8Array
}

/** The database every PostgreSQL has. */
const MAINTENANCE = 'postgres'
/** Rows beyond this number make no difference to anybody who asks. */
const COUNT_UP_TO = 100_000

export function postgresAdapter({ connections, target, admin, random }: PostgresOptions): PostgresPort {
  const asAdmin = <T>(signal: AbortSignal, work: (session: Session) => Promise<T>, database = MAINTENANCE) =>
    session({ connections, target, login: admin, database, signal }, work)

  return {
    server: signal =>
      asAdmin(signal, async own => {
        if (!own.passwordAsked && !(await passwordHolds(own, admin))) raise(notThePassword(admin.user))
        return server(own)
      }),
    role: (name, signal) =>
      asAdmin(signal, async ({ rows }) => {
        const [found] = await rows<{ login: boolean; superuser: boolean; comment: string | null }>(
          `select rolcanlogin as login, rolsuper as superuser, shobj_description(oid, 'pg_authid') as comment
             from pg_roles where rolname = $1`,
          [name],
        )
        return (
          found && { canLogin: found.login, superuser: found.superuser, comment: found.comment ?? undefined }
        )
      }),
    async login({ user, password, database }, signal) {
      const options = { connections, target, login: { user, password }, database, signal }
      try {
        const asked = await rawSession(options, async own => {
          await own.run('select 1')
          return own.passwordAsked
        })
        if (asked) return 'ok'
        return (await asAdmin(signal, own => passwordHolds(own, { user, password }))) ? 'ok' : 'refused'
      } catch (error) {
        if (signal.aborted) throw abortError(signal)
        const state = sqlState(error)
        if (state === '28P01' || state === '28000') return 'refused'
        if (state === '3D000') return 'no-database'
        throw postgresError(error, whereOf(options))
      }
    },
    putRole: ({ name, password, comment }, signal) =>
      asAdmin(signal, async ({ rows, run }) => {
        const verifier = scramVerifier(password.reveal(), random(16))
        const [exists] = await rows('select 1 from pg_roles where rolname = $1', [name])
        const [self] = await rows<{ superuser: boolean }>(
          'select rolsuper as superuser from pg_roles where rolname = current_user',
        )
        const role = identifier(name)
        await run('begin')
        await run(`${exists ? 'alter' : 'create'} role ${role} login password ${literal(verifier)}`)
        await run(`comment on role ${role} is ${literal(comment)}`)
        // Only a superuser may give a database to a role it is not a member of.
        if (!exists && !self?.superuser) await run(`grant ${role} to current_user`)
        await run('commit')
      }),
    database: (name, signal) =>
      asAdmin(signal, async ({ rows }) => {
        const [found] = await rows<{ owner: string; comment: string | null; settings: string[] | null }>(
          `select pg_get_userbyid(d.datdba) as owner, shobj_description(d.oid, 'pg_database') as comment,
                  (select s.setconfig from pg_db_role_setting s where s.setdatabase = d.oid and s.setrole = 0) as settings
             from pg_database d where d.datname = $1`,
          [name],
        )
        if (!found) return undefined
        const zone = found.settings?.find(setting => /^timezone=/i.test(setting))
        return {
          owner: found.owner,
          timeZone: zone?.slice(zone.indexOf('=') + 1),
          comment: found.comment ?? undefined,
        }
      }),
    content: (database, tables, signal) =>
      asAdmin(
        signal,
        async ({ rows }) => {
          const present = await rows<{ name: string }>(
            `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
              where n.nspname = 'public' and c.relkind in ('r', 'p')`,
          )
          const counts: Record<string, number> = {}
          for (const table of tables) {
            if (!present.some(({ name }) => name === table)) continue
            const [counted] = await rows<{ count: number }>(
              `select count(*)::int as count from (select 1 from public.${identifier(table)} limit ${COUNT_UP_TO}) t`,
            )
            counts[table] = counted?.count ?? 0
          }
          return { tables: present.length, rows: counts }
        },
        database,
      ),
    putDatabase: ({ name, owner, comment }, signal) =>
      asAdmin(signal, async ({ rows, run }) => {
        const database = identifier(name)
        const [exists] = await rows('select 1 from pg_database where datname = $1', [name])
        // template1 may have been given another encoding or content by somebody.
        if (!exists) {
          await run(
            `create database ${database} owner ${identifier(owner)} encoding 'UTF8' template template0`,
          )
        } else await run(`alter database ${database} owner to ${identifier(owner)}`)
        await run(`alter database ${database} set timezone to 'UTC'`)
        await run(`comment on database ${database} is ${literal(comment)}`)
      }),
    dropDatabase: (name, signal) =>
      asAdmin(signal, ({ run }) => run(`drop database if exists ${identifier(name)} with (force)`)),
    dropRole: (name, signal) => asAdmin(signal, ({ run }) => run(`drop role if exists ${identifier(name)}`)),
  }
}

async function server({ rows }: Session) {
  const [row] = await rows<{
    version: string
    user: string
    superuser: boolean
    create_role: boolean
    create_database: boolean
    read_only: boolean
    tls: boolean
    zone: string
    used: number
    max: number
  }>(
    `select split_part(current_setting('server_version'), ' ', 1) as version, current_user as "user",
            rolsuper as superuser, rolcreaterole or rolsuper as create_role, rolcreatedb or rolsuper as create_database,
            pg_is_in_recovery() or current_setting('default_transaction_read_only') = 'on' as read_only,
            coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false) as tls,
            current_setting('TimeZone') as zone, current_setting('max_connections')::int as max,
            (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as used
       from pg_roles where rolname = current_user`,
  )
  if (!row) throw new Error('the own role is not in pg_roles')
  return {
    version: row.version,
    user: row.user,
    superuser: row.superuser,
    createRole: row.create_role,
    createDatabase: row.create_database,
    readOnly: row.read_only,
    tls: row.tls,
    timeZone: row.zone,
    connections: { used: row.used, max: row.max },
  }
}
