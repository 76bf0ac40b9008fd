import type { ContainerSpec } from '../controllers/containers.ts'
import { targetOf } from '../kubernetes/reachable.ts'
import type { Effect, Fate, World } from '../world.ts'
import type { Environment } from './container-environment.ts'
import { migrate, migration } from './migration.ts'
import { postgresOf, valkeyOf } from './stores.ts'
import { initialise, webStart } from './web.ts'
import { WORKER_STARTED, workerStart } from './worker.ts'

/** What runs in a container, told by its image and its arguments. */
export type Program = 'web' | 'migrate' | 'worker' | 'gate' | 'other'

export interface Start {
  readonly fate: Fate
  readonly lines: readonly string[]
}

export function programOf({ image, command, args }: ContainerSpec): Program {
  const repository = image.replace(/:[^/]*$/, '')
  const own = repository.endsWith('/langfuse')
    ? 'web'
    : repository.endsWith('/langfuse-worker')
      ? 'worker'
      : 'other'
  if (command && command.length > 0) return awaited({ command, args }) ? 'gate' : 'other'
  if (own === 'web' && args?.length === 1 && args[0] === 'true') return 'migrate'
  return own
}

/** Decides what will become of a container that starts now. */
export function fateOf(world: World, spec: ContainerSpec, environment: Environment): Start {
  const crash = world.conduct.crashing.find(one => spec.image.includes(one.image))
  const program = programOf(spec)
  if (crash && program !== 'gate')
    return { fate: { exit: { after: 3_000, code: crash.exitCode } }, lines: [crash.line] }
  switch (program) {
    case 'migrate':
      return migration(world, environment)
    case 'web':
      return webStart(world, environment)
    case 'worker':
      return workerStart(environment)
    case 'gate':
      return { fate: { awaits: awaited(spec)! }, lines: [] }
    case 'other':
      return {
        fate: { readyAfter: 1_500, exit: spec.command ? { after: 1_000, code: 0 } : undefined },
        lines: [],
      }
  }
}

export function perform(world: World, effect: Effect, environment: Environment): void {
  if (effect === 'migrate') migrate(world, environment)
  else initialise(world, environment)
}

/** Whether a readiness probe passes that once passed. The web's asks nobody, the worker's asks PostgreSQL and Valkey. */
export function staysReady(world: World, spec: ContainerSpec, environment: Environment): boolean {
  if (programOf(spec) !== 'worker') return true
  return postgresOf(world, environment).is === 'ok' && valkeyOf(world, environment).is === 'ok'
}

/** How long a program takes to end after SIGTERM, and what it says. */
export function shutdownOf(spec: ContainerSpec): { readonly ms: number; readonly lines: readonly string[] } {
  switch (programOf(spec)) {
    case 'web':
      return { ms: 110_000, lines: ['SIGTERM / SIGINT received. Shutting down in 110 seconds.'] }
    case 'worker':
      // It says that it is done and stays: its queue connections keep it alive until SIGKILL.
      return { ms: Number.POSITIVE_INFINITY, lines: WORKER_STARTED.shutdown }
    default:
      return { ms: 500, lines: [] }
  }
}

/** The Service port that an init container polls, read out of its command. */
function awaited({ command = [], args = [] }: Pick<ContainerSpec, 'command' | 'args'>): Fate['awaits'] {
  const match = /https?:\/\/([a-z0-9.-]+):(\d+)/.exec([...command, ...args].join(' '))
  return match ? targetOf(match[1]!, Number(match[2])) : undefined
}
