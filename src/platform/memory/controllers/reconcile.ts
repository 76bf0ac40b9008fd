import type { World } from '../world.ts'
import { deployments } from './deployments.ts'
import { collectGarbage } from './garbage.ts'
import { ingestion } from './ingestion.ts'
import { namespaces } from './namespaces.ts'
import { networking } from './networking.ts'
import { pods } from './pods.ts'
import { services } from './services.ts'
import { statefulSets } from './stateful-sets.ts'

/** Acts on what is due now; asks to be called again at the times it passes to `wake`. True when it changed something. */
export type Controller = (world: World, wake: (at: number) => void) => boolean

const CONTROLLERS: readonly Controller[] = [
  deployments,
  statefulSets,
  pods,
  services,
  networking,
  collectGarbage,
  namespaces,
  ingestion,
]

/** Lets every controller act until nobody has anything to do at this moment. */
export function reconcile(world: World): { readonly changed: boolean; readonly next: number | undefined } {
  let changed = false
  for (let round = 0; round < 200; round++) {
    let next: number | undefined
    const wake = (at: number) => {
      if (at > world.now && (next === undefined || at < next)) next = at
    }
    const acted = CONTROLLERS.map(controller => controller(world, wake)).some(Boolean)
    if (!acted) return { changed, next }
    changed = true
  }
  throw new Error('the controllers of the in-memory platform do not come to rest')
}
