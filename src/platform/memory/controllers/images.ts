import { endpointsOf } from '../kubernetes/reachable.ts'
import type { World } from '../world.ts'

/** Where the node finds an image: it has it, the registry has it, or nobody. Foreign registries always have theirs. */
export function imageIn(world: World, image: string): 'pulled' | 'remote' | 'missing' {
  if (world.kubernetes.pulled.includes(image)) return 'pulled'
  const prefix = `registry.${world.facts.domain}/`
  if (!image.startsWith(prefix)) return 'pulled'
  const [repository, tag = 'latest'] = image.slice(prefix.length).split(':')
  const up = (endpointsOf(world, { namespace: 'registry', service: 'harbor', port: 80 }) ?? []).length > 0
  if (world.conduct.unpullable.some(one => image.includes(one))) return 'missing'
  return up && world.registry.images[repository!]?.[tag] !== undefined ? 'remote' : 'missing'
}
