import type { Settings } from '../../config/settings.ts'
import { postgresProblem } from '../postgres/errors.ts'
import type { LoginResult, PostgresPort } from '../postgres/port.ts'
import { translated, translating } from './problems.ts'
import type { Runtime } from './runtime.ts'
import { connect, nameOf } from './stores.ts'
import type { PostgresDatabaseState, World } from './world.ts'

export function memoryPostgres(runtime: Runtime, settings: Pick<Settings, 'postgres'>): PostgresPort {
  const { world } = runtime
  const { admin, target } = settings.postgres
  const where = { name: nameOf(target), namespace: target.namespace, user: admin.user, database: 'postgres' }
  const failed = (code: string, message: string): never =>
    translated(postgresProblem, where, { code, message })
  const reach = () => translating(postgresProblem, where, () => connect(world, target))
  const open = () => {
    reach()
    const role = world.postgres.roles[admin.user]
    if (role?.password !== admin.password.reveal())
      return failed('28P01', `password authentication failed for user "${admin.user}"`)
    return role
  }
  const change = (work: (databases: World['postgres']) => void) => {
    const role = open()
    if (world.postgres.readOnly) failed('25006', 'cannot execute CREATE ROLE in a read-only transaction')
    if (!role.superuser && !(role.createRole && role.createDatabase))
      failed('42501', 'permission denied to create role')
    work(world.postgres)
    runtime.touch()
  }
  return {
    async server() {
      const { superuser, createRole, createDatabase } = open()
      const { version, readOnly, timeZone, maxConnections } = world.postgres
      return {
        version,
        user: admin.user,
        superuser,
        createRole: superuser || createRole,
        createDatabase: superuser || createDatabase,
        readOnly,
        tls: false,
        timeZone,
        connections: { used: 7, max: maxConnections },
      }
    },
    async role(name) {
      open()
      const role = world.postgres.roles[name]
      return role && { canLogin: true, superuser: role.superuser, comment: role.comment }
    },
    async login({ user, password, database }): Promise<LoginResult> {
      reach()
      if (world.postgres.roles[user]?.password !== password.reveal()) return 'refused'
      return world.postgres.databases[database] ? 'ok' : 'no-database'
    },
    async putRole({ name, password, comment }) {
      change(({ roles }) => {
        roles[name] = {
          superuser: false,
          createRole: false,
          createDatabase: false,
          ...roles[name],
          password: password.reveal(),
          comment,
        }
      })
    },
    async database(name) {
      open()
      const found = world.postgres.databases[name]
      return found && { owner: found.owner, timeZone: found.timeZone, comment: found.comment }
    },
    async content(name, tables) {
      open()
      const found = world.postgres.databases[name]
      if (!found) return failed('3D000', `database "${name}" does not exist`)
      return {
        tables: Object.keys(found.tables).length,
        rows: Object.fromEntries(tables.map(table => [table, rowsOf(found, table)])),
      }
    },
    async putDatabase({ name, owner, comment }) {
      change(({ databases, roles }) => {
        if (!roles[owner]) failed('42704', `role "${owner}" does not exist`)
        databases[name] = { ...(databases[name] ?? emptyDatabase()), owner, comment, timeZone: 'UTC' }
      })
    },
    async dropDatabase(name) {
      change(({ databases }) => {
        delete databases[name]
      })
    },
    async dropRole(name) {
      change(({ databases, roles }) => {
        const owned = Object.keys(databases).find(database => databases[database]!.owner === name)
        if (owned) failed('2BP01', `role "${name}" cannot be dropped: owner of database ${owned}`)
        delete roles[name]
      })
    },
  }
}

export const emptyDatabase = (): PostgresDatabaseState => ({
  owner: '',
  timeZone: undefined,
  comment: undefined,
  tables: {},
  content: { organizations: [], projects: [], apiKeys: [], users: [], prompts: [], media: [] },
})

function rowsOf({ tables, content }: PostgresDatabaseState, table: string): number {
  const simulated: Record<string, number> = {
    organizations: content.organizations.length,
    projects: content.projects.length,
    api_keys: content.apiKeys.length,
    users: content.users.length,
    prompts: content.prompts.length,
    media: content.media.length,
  }
  return tables[table] === undefined ? 0 : (simulated[table] ?? tables[table])
}
