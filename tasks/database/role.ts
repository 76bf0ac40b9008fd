import { compared } from '../../src/engine/task.ts'
import { task } from '../define.ts'
import { keys } from '../identity/keys.ts'

/** COMMENT by which our own role and database are told from somebody else's. */
export const COMMENT = 'made by thinkube-langfuse'

/** A role of Langfuse's own: no admin password of the platform in any pod. */
export const role = task({
  id: 'database/role',
  title: 'PostgreSQL role created',
  system: 'PostgreSQL',
  subject: ({ settings }) => `role ${settings.postgres.role}`,
  needs: { keys },
  async observe({ services, signal }, { keys }) {
    const { role: name } = services.settings.postgres
    const output = { name, password: keys.POSTGRES_PASSWORD }
    const found = await services.postgres.role(name, signal)
    if (!found) return { is: 'absent', expected: output }
    if (found.superuser) {
      return {
        is: 'foreign',
        owner: 'a superuser',
        nextSteps: [`Choose another role name, or take SUPERUSER from role ${name}`],
      }
    }
    const login = await services.postgres.login(
      { user: name, password: keys.POSTGRES_PASSWORD, database: 'postgres' },
      signal,
    )
    const differences = [
      ...(login === 'ok' ? [] : [{ field: 'password', actual: 'refused', wanted: 'as in escrow' }]),
      ...(found.comment === COMMENT
        ? []
        : [{ field: 'comment', actual: found.comment ?? '(none)', wanted: COMMENT }]),
    ]
    return compared(differences, output)
  },
  async apply({ services, signal }, { keys }) {
    await services.postgres.putRole(
      { name: services.settings.postgres.role, password: keys.POSTGRES_PASSWORD, comment: COMMENT },
      signal,
    )
  },
  undo: { keep: 'it owns the database that stays' },
})
