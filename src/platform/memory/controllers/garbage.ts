import { everything, remove } from '../kubernetes/store.ts'
import type { Controller } from './reconcile.ts'

/** What is owned by something that is gone goes too. */
export const collectGarbage: Controller = world => {
  const stored = everything(world)
  const alive = new Set(stored.map(({ object }) => object.metadata.uid))
  const orphans = stored.filter(
    ({ object }) =>
      object.metadata.deletionTimestamp === undefined &&
      object.metadata.ownerReferences?.some(owner => !alive.has(owner.uid)),
  )
  for (const orphan of orphans) remove(world, orphan)
  return orphans.length > 0
}
