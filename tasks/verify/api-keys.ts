import { fail, pass } from '../../src/engine/check.ts'
import type { PreflightCheck } from '../define.ts'
import { projectKeys } from './keys.ts'
import { webHealth } from './web.ts'

/** The project's own keys open the project that was meant. */
export const apiKeys: PreflightCheck = {
  id: 'verify/api-keys',
  title: 'The project keys are accepted',
  group: 'API',
  subject: 'Langfuse',
  // Without Valkey this call hangs instead of failing.
  deadlineMs: 20_000,
  after: [webHealth],
  async run(ctx) {
    const { services, signal } = ctx
    const { project } = services.settings.langfuse
    const keys = await projectKeys(ctx)
    const answer = await services.langfuse.request('public', { path: '/api/public/projects', keys, signal })
    const projects =
      (
        answer.body as
          | { readonly data?: readonly { readonly id: string; readonly name: string }[] }
          | undefined
      )?.data ?? []
    if (answer.status === 200 && projects.some(one => one.id === project.id))
      return pass(`project ${project.id}, key ${keys.publicKey.slice(0, 10)}…`)
    return fail({
      code: 'verify/keys-refused',
      kind: 'forbidden',
      summary:
        answer.status === 200
          ? `The keys open project ${projects.map(one => one.id).join(', ')}, not ${project.id}`
          : `Langfuse answers ${answer.status} to the project keys`,
      nextSteps: [
        'An unknown key is remembered for 5 minutes each time it is tried: stop clients that use it, then try again',
        'Keys are created only once: a changed secret of an existing key is ignored by Langfuse',
      ],
    })
  },
}
