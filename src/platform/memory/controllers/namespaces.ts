import { all, erase, everything, remove } from '../kubernetes/store.ts'
import type { Controller } from './reconcile.ts'

/** Empties a namespace that is being deleted; it goes when its last object has gone. */
export const namespaces: Controller = world => {
  let changed = false
  for (const { object: namespace } of all(world, 'v1', 'Namespace')) {
    if (!namespace.metadata.deletionTimestamp) continue
    const inside = everything(world).filter(
      ({ object }) => object.metadata.namespace === namespace.metadata.name,
    )
    const staying = inside.filter(({ object }) => !object.metadata.deletionTimestamp)
    for (const one of staying) remove(world, one)
    if (inside.length === 0) erase(world, namespace)
    changed ||= staying.length > 0 || inside.length === 0
  }
  return changed
}
