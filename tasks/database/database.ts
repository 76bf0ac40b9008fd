import { compared } from '../../src/engine/task.ts'
import { task } from '../define.ts'
import { COMMENT, role } from './role.ts'

/** Owned by our role and in UTC: Langfuse reads and writes times as UTC whatever the server's zone is. */
export const database = task({
  id: 'database/database',
  title: 'PostgreSQL database created',
  system: 'PostgreSQL',
  subject: ({ settings }) => `database ${settings.postgres.database}`,
  needs: { role },
  async observe({ services, signal }, { role }) {
    const { database: name } = services.settings.postgres
    const output = { name }
    const found = await services.postgres.database(name, signal)
    if (!found) return { is: 'absent', expected: output }
    if (found.owner !== role.name && found.comment !== COMMENT) {
      return {
        is: 'foreign',
        owner: `role ${found.owner}`,
        nextSteps: [
          `Choose another database name, or give database ${name} to role ${role.name} if it is Langfuse's own`,
        ],
      }
    }
    const differences = [
      ...(found.owner === role.name ? [] : [{ field: 'owner', actual: found.owner, wanted: role.name }]),
      ...(found.timeZone === 'UTC'
        ? []
        : [{ field: 'TimeZone', actual: found.timeZone ?? "(the server's)", wanted: 'UTC' }]),
      ...(found.comment === COMMENT
        ? []
        : [{ field: 'comment', actual: found.comment ?? '(none)', wanted: COMMENT }]),
    ]
    return compared(differences, output)
  },
  async apply({ services, signal }, { role }) {
    await services.postgres.putDatabase(
      { name: services.settings.postgres.database, owner: role.name, comment: COMMENT },
      signal,
    )
  },
  undo: { keep: 'projects, users, prompts and datasets are in it' },
})
