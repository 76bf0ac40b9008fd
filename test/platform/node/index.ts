import { copyFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { goModule } from '../artefacts/go-program.ts'
import { directoryLayer, image } from '../images/index.ts'
import type { Part } from '../part.ts'
import { pauseRef } from './config.ts'
import { kubernetesVersion, pauseProgram } from './programs.ts'
import { accessObjects } from './rbac.ts'

/** What a running node needs before any pod can start: the image that holds a pod's namespaces, and rights. */
export const part: Part = {
  name: 'node',
  async images() {
    const source = await goModule(
      `k8s.io/kubernetes@${kubernetesVersion}`,
      'h1:Yy6R4QB8C9kJPp25GFqEvX5XQwY5qzKeqD0Xx6oAcmk=',
    )
    const pause = await pauseProgram(source)
    const layer = await directoryLayer({
      name: 'pause',
      inputs: [basename(join(pause, '..'))],
      populate: root => copyFile(pause, join(root, 'pause')),
    })
    const config = { Entrypoint: ['/pause'], User: '65535:65535' }
    return [await image({ ref: pauseRef, layers: [layer], config, in: 'node' })]
  },
  objects: accessObjects,
}
