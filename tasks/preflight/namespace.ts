import { fail, pass } from '../../src/engine/check.ts'
import type { PreflightCheck } from '../define.ts'
import { isOurs } from '../kubernetes-object.ts'

/** Absent or ours; anything else stops before a change. */
export const namespaceFree: PreflightCheck = {
  id: 'preflight/namespace',
  title: 'The namespace is free or ours',
  group: 'Cluster',
  subject: 'the API server',
  async run({ services, signal }) {
    const name = services.settings.namespace
    const found = await services.kubernetes.read({ apiVersion: 'v1', kind: 'Namespace', name }, signal)
    if (!found) return pass(`${name} does not exist yet`)
    if (found.metadata.deletionTimestamp) {
      return fail({
        code: 'cluster/namespace-terminating',
        kind: 'conflict',
        summary: `Namespace ${name} is being deleted`,
        nextSteps: [
          'Wait until it is gone, then run the same command again',
          ['If it stays, look at what holds it: ', { command: `kubectl get namespace ${name} -o yaml` }],
        ],
      })
    }
    if (isOurs(found)) return pass(`${name} is ours`)
    return fail({
      code: 'cluster/namespace-foreign',
      kind: 'conflict',
      summary: `Namespace ${name} exists and was not made by thinkube-langfuse`,
      nextSteps: [
        ['Look at what is in it: ', { command: `kubectl -n ${name} get all` }],
        ['Use another name: ', { command: '--namespace NAME' }],
      ],
    })
  },
}
