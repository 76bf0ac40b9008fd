import { rm } from 'node:fs/promises'
import { progress } from './artefacts/cache.ts'
import { withLock } from './artefacts/lock.ts'
import { attach } from './attach.ts'
import { stopNode } from './node/node.ts'
import { existingPlan, platformName } from './node/plan.ts'
import { parts } from './parts.ts'
import { platformLock } from './up.ts'

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

/** Makes the platform as if Langfuse had never been installed in it. */
export async function reset(): Promise<void> {
  await withLock(platformLock(platformName()), async () => {
    const platform = attach()
    if (!platform) throw new Error('the platform is not up: run `npm run platform -- up`')
    const namespaces = ['langfuse', 'thinkube-langfuse']
    await platform.kubectl(['delete', 'namespace', ...namespaces, '--ignore-not-found', '--timeout=180s'])
    for (const part of parts) await part.reset?.(platform)
    progress('Langfuse has never been here')
  })
}
