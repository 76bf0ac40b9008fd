import type { KubeObject } from '../../kubernetes/port.ts'
import type { ContainerSpec } from '../controllers/containers.ts'
import { all } from '../kubernetes/store.ts'
import type { World } from '../world.ts'
import { type Environment, environmentOf } from './container-environment.ts'
import { type Program, programOf } from './program.ts'

export interface Running {
  readonly pod: KubeObject
  readonly spec: ContainerSpec
  readonly environment: Environment
  readonly ready: boolean
  /** When its first event after a start comes through. */
  readonly readySince: number
}

/** The pod of a program whose main container runs, ready ones first; of a namespace or of any. */
export function runningProgram(world: World, program: Program, namespace?: string): Running | undefined {
  const found = all(world, 'v1', 'Pod', namespace).flatMap(({ object: pod }) => {
    const state = world.kubernetes.pods[pod.metadata.uid!]
    const { containers } = pod.spec as { containers: ContainerSpec[] }
    return containers.flatMap(spec => {
      const container = state?.containers[spec.name]
      if (programOf(spec) !== program || container?.is !== 'running') return []
      const environment = environmentOf(world, pod.metadata.namespace!, spec)
      if (environment.is === 'missing') return []
      const since = container.since + (container.fate?.readyAfter ?? 0)
      return [
        {
          pod,
          spec,
          environment: environment.values,
          ready: container.ready,
          readySince: since + WARM_UP_MS,
        },
      ]
    })
  })
  return found.find(one => one.ready) ?? found[0]
}

const WARM_UP_MS = 1_500
