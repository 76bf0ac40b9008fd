import { progress } from './artefacts/cache.ts'
import { withLock } from './artefacts/lock.ts'
import { attach } from './attach.ts'
import { platformName } from './node/plan.ts'
import { parts } from './parts.ts'
import { platformLock } from './state.ts'

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
