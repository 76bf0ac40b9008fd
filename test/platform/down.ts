import { rm } from 'node:fs/promises'
import { progress } from './artefacts/cache.ts'
import { withLock } from './artefacts/lock.ts'
import { stopNode } from './node/node.ts'
import { existingPlan, platformName } from './node/plan.ts'
import { platformLock } from './state.ts'

/** Ends the platform of this checkout and removes everything it kept, the artefact cache excepted. */
export async function down(): Promise<void> {
  const name = platformName()
  await withLock(platformLock(name), async () => {
    const plan = existingPlan(name)
    if (!plan) return progress(`there is no platform ${name}`)
    await stopNode(plan)
    await rm(plan.state, { recursive: true })
    progress(`the platform ${name} is down`)
  })
}
