import { isAbort } from '../../engine/problem.ts'
import { reconcile } from './controllers/reconcile.ts'
import type { World } from './world.ts'

/** How virtual time moves. */
export type Pace =
  /** As soon as nothing else can happen, time jumps to the next thing that can. */
  | { readonly is: 'immediate' }
  /** Real time, multiplied: what a person watches. */
  | { readonly is: 'real'; readonly speed: number }

/** What a caller catches after its signal fired, whatever reason the signal was given. */
export function abortOf(signal: AbortSignal): unknown {
  return isAbort(signal.reason) ? signal.reason : new DOMException('the run was interrupted', 'AbortError')
}

interface Sleeper {
  readonly due: number
  wake(): void
}

/** What runs in a world: sleepers, watchers and the controllers. One per world, however many clients it has. */
export interface Runtime {
  readonly world: World
  now(): number
  /** Resolves after `ms` of virtual time. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
  /** Resolves when something in the world changed. */
  changed(signal: AbortSignal): Promise<void>
  /** To be called after a write: controllers act, watchers look. */
  touch(): void
  /** The same for a change that no controller acts on. */
  notify(): void
}

const runtimes = new WeakMap<World, Runtime>()

/** The runtime of a world; the pace is decided by whoever asks first. */
export function runtimeOf(world: World, pace: Pace = { is: 'immediate' }): Runtime {
  const known = runtimes.get(world)
  if (known) return known
  const made = pace.is === 'immediate' ? immediate(world) : real(world, pace.speed)
  runtimes.set(world, made)
  return made
}

interface Engine {
  readonly sleepers: Set<Sleeper>
  readonly watchers: Set<() => void>
  /** When a controller wants to act again. */
  next: number | undefined
}

function immediate(world: World): Runtime {
  const engine: Engine = { sleepers: new Set(), watchers: new Set(), next: undefined }
  let pumping = false
  const pump = () => {
    if (pumping) return
    pumping = true
    // A macrotask: every promise that could settle without time passing has settled by then.
    setImmediate(() => {
      pumping = false
      const due = earliest(engine)
      if (due === undefined) return
      world.now = Math.max(world.now, due)
      turn(world, engine)
      if (engine.sleepers.size + engine.watchers.size > 0) pump()
    })
  }
  return runtime(world, engine, { now: () => world.now, arm: pump })
}

function real(world: World, speed: number): Runtime {
  const engine: Engine = { sleepers: new Set(), watchers: new Set(), next: undefined }
  const start = { real: performance.now(), virtual: world.now }
  const now = () => {
    world.now = Math.max(world.now, Math.round(start.virtual + (performance.now() - start.real) * speed))
    return world.now
  }
  let timer: ReturnType<typeof setTimeout> | undefined
  const arm = () => {
    clearTimeout(timer)
    const due = earliest(engine)
    if (due === undefined) return
    timer = setTimeout(
      () => {
        world.now = Math.max(now(), due)
        turn(world, engine)
        arm()
      },
      Math.max(0, (due - now()) / speed),
    )
  }
  return runtime(world, engine, { now, arm })
}

function earliest({ sleepers, watchers, next }: Engine): number | undefined {
  const dues = [...sleepers].map(sleeper => sleeper.due)
  // Controllers are only worth time while somebody waits for it.
  if (next !== undefined && sleepers.size + watchers.size > 0) dues.push(next)
  return dues.length === 0 ? undefined : Math.min(...dues)
}

function turn(world: World, engine: Engine): void {
  for (const sleeper of [...engine.sleepers]) if (sleeper.due <= world.now) sleeper.wake()
  act(world, engine)
}

function act(world: World, engine: Engine): void {
  const { changed, next } = reconcile(world)
  engine.next = next
  if (changed) for (const watcher of [...engine.watchers]) watcher()
}

function runtime(
  world: World,
  engine: Engine,
  { now, arm }: { now: () => number; arm: () => void },
): Runtime {
  const wait = <T extends object>(set: Set<T>, signal: AbortSignal, entry: (done: () => void) => T) =>
    new Promise<void>((resolve, reject) => {
      if (signal.aborted) throw abortOf(signal)
      const leave = () => {
        set.delete(mine)
        signal.removeEventListener('abort', stop)
      }
      const stop = () => {
        leave()
        reject(abortOf(signal))
        arm()
      }
      const mine = entry(() => {
        leave()
        resolve()
      })
      set.add(mine)
      signal.addEventListener('abort', stop, { once: true })
      arm()
    })
  act(world, engine)
  return {
    world,
    now,
    sleep: (ms, signal) => wait(engine.sleepers, signal, wake => ({ due: now() + Math.max(0, ms), wake })),
    changed: signal => wait(engine.watchers, signal, done => done),
    touch() {
      now()
      act(world, engine)
      for (const watcher of [...engine.watchers]) watcher()
      arm()
    },
    notify() {
      for (const watcher of [...engine.watchers]) watcher()
    },
  }
}
