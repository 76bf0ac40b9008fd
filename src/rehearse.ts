import { randomBytes } from 'node:crypto'
import { phases } from '../tasks/index.ts'
import { VERSION } from './cli/version.ts'
import type { Overrides } from './config/load.ts'
import { type Cluster, type ConnectOptions, clusterOf } from './connect.ts'
import { flatten, raise } from './engine/problem.ts'
import { runTasks } from './engine/run-tasks.ts'
import { discover } from './platform/discovery/discover.ts'
import { openRehearsal, REHEARSAL } from './platform/memory/rehearsal.ts'
import type { MemoryPlatform } from './platform/memory/services.ts'

const NOTHING_GIVEN = { text: () => undefined, secret: () => undefined }

/** A run on a platform in memory: the true engine and the true tasks; no socket is opened, nothing is remembered. */
export async function rehearse({
  invocation,
  overrides,
  emit,
  signal,
}: ConnectOptions & { readonly overrides: Overrides }): Promise<Cluster> {
  const { flags, mode, verb } = invocation
  const platform = await openRehearsal({
    scenario: flags.rehearse!,
    paced: mode === 'tui',
    now: Date.now(),
    random: bytes => randomBytes(bytes),
    install: begun => installed(begun, signal),
  })
  emit({
    type: 'run.started',
    command: verb,
    version: VERSION,
    cluster: REHEARSAL,
    namespace: overrides.text('namespace')?.value ?? 'langfuse',
  })
  const { settings, origins } = await discover(platform.kubernetes, overrides, signal)
  emit({ type: 'settings.found', settings: origins })
  return clusterOf(platform.services(settings), async () => platform.stop())
}

/** For scenarios that begin with an installation. */
async function installed(platform: MemoryPlatform, signal: AbortSignal): Promise<void> {
  const { settings } = await discover(platform.kubernetes, NOTHING_GIVEN, signal)
  const services = platform.services(settings)
  const { lock, ledger, fence } = await clusterOf(services, async () => undefined).openState(signal)
  try {
    const result = await runTasks(phases, {
      services,
      clock: services.clock,
      run: 'earlier',
      signal,
      emit: () => undefined,
      ledger,
      fence,
    })
    if (result.is === 'failed')
      raise({
        code: 'rehearse/not-installed',
        kind: 'bug',
        summary: `The rehearsal could not be prepared: ${flatten(result.problem.summary)}`,
        nextSteps: [],
      })
  } finally {
    await lock.release()
  }
}
