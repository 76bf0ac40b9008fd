import { fail, pass } from '../../src/engine/check.ts'
import type { Problem } from '../../src/engine/problem.ts'
import { CONFIG_SECRET } from '../../src/manifests/configuration.ts'
import type { PostgresServer } from '../../src/platform/postgres/port.ts'
import type { Ctx, PreflightCheck } from '../define.ts'
import { namespaced } from '../kubernetes-object.ts'

const OLDEST = 12

/** Logs in with the admin login and looks whether a role and a database can be made, and whether a kept one can be read. */
export const postgres: PreflightCheck = {
  id: 'preflight/postgres',
  title: 'PostgreSQL accepts the admin login',
  group: 'PostgreSQL',
  subject: 'PostgreSQL',
  async run(ctx) {
    const server = await ctx.services.postgres.server(ctx.signal)
    const problem = unfit(server) ?? (await unreadable(ctx))
    if (problem) return fail(problem)
    return pass(
      `${server.version}, as ${server.user}, ${server.connections.used} of ${server.connections.max} connections used`,
    )
  },
}

function unfit(server: PostgresServer): Problem | undefined {
  if (Number.parseInt(server.version, 10) < OLDEST) {
    return {
      code: 'postgres/too-old',
      kind: 'unsupported',
      summary: `PostgreSQL ${server.version} is older than ${OLDEST}`,
      nextSteps: [`Upgrade PostgreSQL to ${OLDEST} or later`],
    }
  }
  if (server.readOnly) {
    return {
      code: 'postgres/read-only',
      kind: 'invalid',
      summary: 'PostgreSQL is a read-only replica',
      nextSteps: ['Point the settings at the primary: postgres.service'],
    }
  }
  if (server.superuser || (server.createRole && server.createDatabase)) return undefined
  return {
    code: 'postgres/no-create-rights',
    kind: 'forbidden',
    summary: `PostgreSQL user ${server.user} may not create a role and a database`,
    nextSteps: [['As a superuser: ', { command: `ALTER ROLE "${server.user}" CREATEROLE CREATEDB` }]],
  }
}

/** A populated database whose ENCRYPTION_KEY is nowhere: a new key would make every stored secret unreadable for good. */
async function unreadable({ services, signal }: Ctx): Promise<Problem | undefined> {
  const { settings, escrow, kubernetes } = services
  const name = settings.postgres.database
  if (!(await services.postgres.database(name, signal))) return undefined
  if ((await escrow.read(signal)).has('ENCRYPTION_KEY')) return undefined
  const config = await kubernetes.read(namespaced(settings, 'Secret', CONFIG_SECRET), signal)
  if ((config?.data as Readonly<Record<string, string>> | undefined)?.ENCRYPTION_KEY) return undefined
  const { tables } = await services.postgres.content(name, [], signal)
  if (tables === 0) return undefined
  return {
    code: 'postgres/encryption-key-missing',
    kind: 'conflict',
    summary: `Database ${name} holds ${tables} tables, but its ENCRYPTION_KEY is not in escrow`,
    nextSteps: [
      [
        'Put the key back from a backup: ',
        {
          command: `kubectl -n ${settings.stateNamespace} create secret generic escrow-${settings.namespace} --from-file=ENCRYPTION_KEY=FILE`,
        },
      ],
      'Or, if nobody needs that data, rename or drop the database first',
    ],
  }
}
