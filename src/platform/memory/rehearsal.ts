import { refuse } from './problems.ts'
import { SCENARIOS, scenarioNamed, worldOf } from './scenarios.ts'
import { type MemoryPlatform, memoryPlatform } from './services.ts'

export interface RehearsalOptions {
  readonly scenario: string
  /** A person watches: time passes, though faster than in life. */
  readonly paced: boolean
  readonly now: number
  readonly random: (bytes: number) => Uint8Array
  /** Installs Langfuse through the platform it is given: for scenarios that begin with an installation. */
  install(platform: MemoryPlatform): Promise<void>
}

/** As if a kubeconfig had named them. */
export const REHEARSAL = { context: 'rehearsal', server: 'in-memory' } as const

const SPEED = 2.5
const READ_MS = 30
const WRITE_MS = 160

/** The platform of `--rehearse[=SCENARIO]`: it opens no socket and touches no file. */
export async function openRehearsal(options: RehearsalOptions): Promise<MemoryPlatform> {
  const scenario = scenarioNamed(options.scenario)
  if (!scenario) {
    return refuse('rehearse/no-scenario', 'invalid', `There is no scenario ${options.scenario}`, {
      nextSteps: SCENARIOS.map(({ name, summary }) => [{ command: `--rehearse=${name}` }, `  ${summary}`]),
    })
  }
  const { random, now } = options
  const world = await worldOf(scenario, {
    now,
    install: begun => options.install(memoryPlatform(begun, { random })),
  })
  return memoryPlatform(world, {
    random,
    pace: options.paced ? { is: 'real', speed: SPEED } : { is: 'immediate' },
    latencyMs: call => (call.write ? WRITE_MS : READ_MS),
  })
}
