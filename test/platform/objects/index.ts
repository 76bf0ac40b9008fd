import type { Part } from '../part.ts'
import { namespace } from '../stores/manifests.ts'
import { clusterObjects } from './cluster.ts'
import { controlImage, controlObjects } from './control/index.ts'
import { credentials } from './credentials.ts'
import { discoveryObjects } from './discovery.ts'

/** What makes a cluster a Thinkube to whoever looks at it, beside the stores, the gateway and the registry. */
export const part: Part = {
  name: 'objects',
  images: async () => [await controlImage()],
  objects: facts => [
    ...['thinkube-control', 'registry', 'mlflow'].map(namespace),
    ...clusterObjects(),
    ...credentials(facts),
    ...discoveryObjects(facts),
    ...controlObjects(facts),
  ],
}
