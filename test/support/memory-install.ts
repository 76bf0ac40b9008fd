import { runTasks, type TasksResult } from '../../src/engine/run-tasks.ts'
import { type MemoryPlatform, memoryPlatform } from '../../src/platform/memory/services.ts'
import { memorySettings } from '../../src/platform/memory/settings.ts'
import type { World } from '../../src/platform/memory/world.ts'
import { openState } from '../../src/platform/state/open-state.ts'
import { phases } from '../../tasks/index.ts'

const HOLDER = { user: 'tester', host: 'workstation', start: 0 }

/** What a person does with `install --yes`: the lock, every task, the lock given back. */
export async function install(
  platform: MemoryPlatform,
  { signal = new AbortController().signal, pid = 1 }: { signal?: AbortSignal; pid?: number } = {},
): Promise<TasksResult> {
  const services = platform.services(memorySettings(platform.world))
  const { kubernetes, clock } = services
  // Only this run lives: the holder of an older one is known to be dead.
  const isAlive = (other: number) => other === pid
  const state = await openState(
    { kubernetes, clock, names: services.settings, holder: { ...HOLDER, pid }, isAlive },
    signal,
  )
  const result = await runTasks(phases, {
    services,
    run: `run-${pid}`,
    signal,
    emit: () => undefined,
    clock,
    ledger: state.ledger,
    fence: () => state.lock.fence(),
  })
  await state.lock.release()
  return result
}

/** Installs Langfuse into a world; anything but success is thrown. */
export async function installInto(world: World): Promise<void> {
  const result = await install(memoryPlatform(world))
  if (result.is !== 'done')
    throw new Error(`the installation into the in-memory platform ended: ${JSON.stringify(result)}`)
}
