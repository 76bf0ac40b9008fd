import { fail, pass } from '../../src/engine/check.ts'
import type { PreflightCheck } from '../define.ts'

const OLDEST = 28

/** Server-side apply of everything we write, and the probes we rely on, are stable from 1.28 on. */
export const cluster: PreflightCheck = {
  id: 'preflight/cluster',
  title: 'The Kubernetes API answers',
  group: 'Cluster',
  subject: 'the API server',
  async run({ services, signal }) {
    const [version, me] = await Promise.all([
      services.kubernetes.version(signal),
      services.kubernetes.whoAmI(signal),
    ])
    const minor = Number(/^v1\.(\d+)/.exec(version)?.[1] ?? Number.NaN)
    if (minor >= OLDEST) return pass(`${version}, as ${me.user}`)
    return fail({
      code: 'cluster/too-old',
      kind: 'unsupported',
      summary: `Kubernetes ${version} is older than 1.${OLDEST}`,
      nextSteps: [`Upgrade the cluster to 1.${OLDEST} or later`],
    })
  },
}
