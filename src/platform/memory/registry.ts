import type { Settings } from '../../config/settings.ts'
import type { RegistryPort } from '../registry/port.ts'
import { backendOf } from './hosts.ts'
import { refuse } from './problems.ts'
import type { Runtime } from './runtime.ts'

export function memoryRegistry({ world }: Runtime, settings: Pick<Settings, 'registry'>): RegistryPort {
  const open = () => {
    const { host } = settings.registry
    const backend = backendOf(world, { host, path: '/v2/' })
    if (backend.is !== 'served' || backend.target.service !== 'harbor') {
      refuse('registry/unreachable', 'unreachable', `The registry does not answer at ${host}`, {
        nextSteps: [['Look at it: ', { command: 'kubectl -n registry get pods,httproutes' }]],
      })
    }
    return world.registry
  }
  return {
    async manifest(repository, tag) {
      const { images, platforms } = open()
      const digest = images[repository]?.[tag]
      return digest === undefined ? undefined : { digest, platforms: [...platforms] }
    },
    async tags(repository) {
      return Object.keys(open().images[repository] ?? {})
    },
  }
}
