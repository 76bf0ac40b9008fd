import type { Observation } from '../../src/engine/task.ts'
import type { KubeObject } from '../../src/platform/kubernetes/port.ts'
import type { Ctx } from '../define.ts'
import { applyObject, observeObject } from '../kubernetes-object.ts'
import { rolloutDifferences, waitForRollout } from './rollout.ts'

/** A Deployment is as wanted only when its pods run what it says. */
export async function observeDeployment(ctx: Ctx, wanted: KubeObject): Promise<Observation<undefined>> {
  const found = await observeObject(ctx, wanted, stored => rolloutDifferences(stored))
  if (found.is !== 'present') return found.is === 'foreign' ? found : { ...found, expected: undefined }
  return found.output.length === 0
    ? { is: 'present', output: undefined }
    : { is: 'drifted', differences: found.output, expected: undefined }
}

export async function applyDeployment(ctx: Ctx, wanted: KubeObject): Promise<void> {
  await applyObject(ctx, wanted)
  await waitForRollout(ctx, wanted.metadata.name)
}
