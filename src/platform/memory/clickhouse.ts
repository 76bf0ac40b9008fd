import type { Settings } from '../../config/settings.ts'
import { clickhouseProblem } from '../clickhouse/errors.ts'
import type { ClickhousePort } from '../clickhouse/port.ts'
import { queryClickhouse } from './clickhouse-query.ts'
import { translated, translating } from './problems.ts'
import type { Runtime } from './runtime.ts'
import { connect, nameOf } from './stores.ts'

export function memoryClickhouse(runtime: Runtime, settings: Pick<Settings, 'clickhouse'>): ClickhousePort {
  const { world } = runtime
  const { admin, target, nativePort } = settings.clickhouse
  const where = { name: nameOf(target), namespace: target.namespace, user: admin.user }
  const failed = (code: string, message: string): never =>
    translated(clickhouseProblem, where, { code, message })
  const reach = (port = target.port) =>
    translating(clickhouseProblem, where, () => connect(world, { ...target, port }))
  const open = (port?: number) => {
    reach(port)
    if (world.clickhouse.users[admin.user]?.password !== admin.password.reveal())
      return failed(
        '516',
        `${admin.user}: Authentication failed: password is incorrect, or there is no user with such name`,
      )
    return world.clickhouse
  }
  const manage = () => {
    const server = open()
    return server.accessManagement
      ? server
      : failed('514', 'Could not insert user because there is no writeable access storage')
  }
  return {
    async server() {
      const { version, timeZone, accessManagement } = open()
      return { version, user: admin.user, timeZone, accessManagement }
    },
    async hello() {
      return open(nativePort).version
    },
    async database(name) {
      const found = open().databases[name]
      return found && { tables: [...found.tables], comment: found.comment }
    },
    async createDatabase({ name, comment }) {
      open().databases[name] ??= { comment, tables: [], traces: {} }
      runtime.touch()
    },
    async dropDatabase(name) {
      delete open().databases[name]
      runtime.touch()
    },
    async grants(user) {
      const found = open().users[user]
      return found && [...found.grants]
    },
    async putUser({ name, password }) {
      const { users } = manage()
      users[name] = { grants: users[name]?.grants ?? [], password: password.reveal() }
      runtime.touch()
    },
    async grant({ user, database, privileges }) {
      const found = manage().users[user]
      if (!found) return failed('192', `There is no user ${user} in user directories`)
      const scope = ` ON ${database}.* TO `
      const other = found.grants.filter(line => !line.includes(scope))
      const before = found.grants.find(line => line.includes(scope))
      const had = before ? before.slice('GRANT '.length, before.indexOf(' ON ')).split(', ') : []
      found.grants = [...other, `GRANT ${[...new Set([...had, ...privileges])].join(', ')}${scope}${user}`]
      runtime.touch()
    },
    async dropUser(name) {
      delete manage().users[name]
      runtime.touch()
    },
    async login({ user, password, database }) {
      reach()
      if (world.clickhouse.users[user]?.password !== password.reveal()) return 'refused'
      return world.clickhouse.databases[database] ? 'ok' : 'no-database'
    },
    async query({ sql, parameters = {} }) {
      return queryClickhouse(open(), sql, parameters)
    },
  }
}
