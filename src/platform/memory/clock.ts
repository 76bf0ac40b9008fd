import type { Clock } from '../../engine/context.ts'
import type { Runtime } from './runtime.ts'

/** The engine's clock over a world's virtual time. */
export function memoryClock(runtime: Runtime): Clock {
  const start = runtime.now()
  return {
    now: () => runtime.now(),
    monotonic: () => runtime.now() - start,
    sleep: (ms, signal) => runtime.sleep(ms, signal),
  }
}
