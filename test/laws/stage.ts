import type { Event } from '../../src/engine/events.ts'
import type { Ledger, LedgerEntry } from '../../src/engine/ledger.ts'
import { runTasks, type TasksResult } from '../../src/engine/run-tasks.ts'
import { runUndo, type UndoResult } from '../../src/engine/run-undo.ts'
import { stepContext } from '../../src/engine/step-context.ts'
import { thinkubeWorld } from '../../src/platform/memory/fixture.ts'
import { insert } from '../../src/platform/memory/kubernetes/store.ts'
import {
  type MemoryOptions,
  type MemoryPlatform,
  memoryPlatform,
} from '../../src/platform/memory/services.ts'
import { memorySettings } from '../../src/platform/memory/settings.ts'
import { snapshot } from '../../src/platform/memory/snapshot.ts'
import type { World } from '../../src/platform/memory/world.ts'
import type { Services } from '../../src/platform/services.ts'
import type { AnyTask } from '../../tasks/define.ts'
import { phases } from '../../tasks/index.ts'

/** Worlds and runs for the laws: every task of the catalogue in the world in which its turn comes. */

export const catalogue: readonly AnyTask[] = phases.flatMap(phase => phase.tasks)

/** A run of one task behind the tasks that it needs. */
export interface Stage {
  readonly world: World
  readonly platform: MemoryPlatform
  readonly services: Services
  readonly signal: AbortSignal
  /** Calls that were started before the task's own turn. */
  readonly before: () => number
  apply(): Promise<TasksResult>
  undo(): Promise<UndoResult>
}

export function stage(
  world: World,
  task: AnyTask,
  options: MemoryOptions & { signal?: AbortSignal } = {},
): Stage {
  const { signal = new AbortController().signal, ...memory } = options
  const platform = memoryPlatform(world, memory)
  const services = platform.services(memorySettings(world))
  let before = 0
  const run = {
    services,
    run: 'law',
    signal,
    clock: services.clock,
    ledger: notebook(),
    fence: async () => undefined,
    emit: (event: Event) => {
      if (event.type === 'step.started' && event.step.id === task.id) before = platform.journal.calls.length
    },
  }
  return {
    world,
    platform,
    services,
    signal,
    before: () => before,
    apply: () => runTasks([{ id: 'law', title: 'Law', tasks: [...needsOf(task), task] }], run),
    undo: () => runUndo([task], run),
  }
}

/** What a task needs, in an order in which it can be made. */
function needsOf(task: AnyTask): AnyTask[] {
  const direct = Object.values(task.needs as Record<string, AnyTask>)
  return [...new Set(direct.flatMap(need => [...needsOf(need), need]))]
}

/** The ledger is the engine's business: here it takes note and writes nothing to the world. */
function notebook(): Ledger {
  const entries = new Map<string, LedgerEntry>()
  return {
    entries: async () => entries,
    write: async entry => void entries.set(entry.task, entry),
  }
}

/** A healthy platform with our own namespace, which a run makes before its first task. */
export function platformWorld(): World {
  const world = thinkubeWorld()
  insert(world, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'thinkube-langfuse' } }, [])
  return world
}

const captured: { readonly before: Map<string, World>; done?: Promise<World> } = { before: new Map() }

/** The world just before a task's turn: everything earlier is there, the task's own change is not. */
export async function worldBefore(task: AnyTask): Promise<World> {
  await installed()
  return structuredClone(captured.before.get(task.id)!)
}

/** The world after the last task. */
export async function installedWorld(): Promise<World> {
  return structuredClone(await installed())
}

function installed(): Promise<World> {
  captured.done ??= (async () => {
    const world = platformWorld()
    for (const task of catalogue) {
      captured.before.set(task.id, structuredClone(world))
      const result = await stage(world, task).apply()
      if (result.is !== 'done') throw new Error(`${task.id}: ${JSON.stringify(result)}`)
    }
    return world
  })()
  return captured.done
}

/** Looks at a task as the engine does: with what its needs give. */
export async function observe(task: AnyTask, { services, signal }: Stage): Promise<{ readonly is: string }> {
  const context = (one: AnyTask) =>
    stepContext(one.id, { services, run: 'law', signal, emit: () => undefined })
  const outputs = new Map<AnyTask, unknown>()
  const inputs = (one: AnyTask) =>
    Object.fromEntries(
      Object.entries(one.needs as Record<string, AnyTask>).map(([name, need]) => [name, outputs.get(need)]),
    ) as never
  for (const need of needsOf(task)) {
    const found = await need.observe(context(need), inputs(need))
    if (found.is !== 'present') throw new Error(`${need.id} is ${found.is}`)
    outputs.set(need, found.output)
  }
  return task.observe(context(task), inputs(task))
}

/** The world without the escrow, which is kept for ever. */
export function outsideEscrow(world: World): unknown {
  const whole = snapshot(world) as { kubernetes: Record<string, unknown> }
  const { 'Secret/thinkube-langfuse/escrow-langfuse': _escrow, ...kubernetes } = whole.kubernetes
  return { ...whole, kubernetes }
}
