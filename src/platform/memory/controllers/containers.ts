import type { KubeObject } from '../../kubernetes/port.ts'
import { endpointsOf } from '../kubernetes/reachable.ts'
import { environmentOf } from '../programs/container-environment.ts'
import { fateOf, perform, staysReady } from '../programs/program.ts'
import type { ContainerState, World } from '../world.ts'
import { imageIn } from './images.ts'
import { record } from './kube-events.ts'

export interface ContainerSpec {
  readonly name: string
  readonly image: string
  readonly command?: readonly string[]
  readonly args?: readonly string[]
  readonly env?: readonly EnvVar[]
  readonly envFrom?: readonly {
    prefix?: string
    secretRef?: { name: string; optional?: boolean }
    configMapRef?: { name: string; optional?: boolean }
  }[]
  readonly readinessProbe?: unknown
}

export interface EnvVar {
  readonly name: string
  readonly value?: string
  readonly valueFrom?: {
    secretKeyRef?: { name: string; key: string; optional?: boolean }
    configMapKeyRef?: { name: string; key: string; optional?: boolean }
  }
}

export interface Place {
  readonly world: World
  readonly pod: KubeObject
  readonly spec: ContainerSpec
  readonly state: ContainerState
  readonly init: boolean
  wake(at: number): void
}

const PULL_MS = 4_000
const REFUSED_MS = 1_000
const START_MS = 400
const BACK_OFF_MS = 10_000
const LONGEST_BACK_OFF_MS = 300_000

export const freshContainer = (world: World, reason: string): ContainerState => ({
  is: 'waiting',
  reason,
  since: world.now,
  restarts: 0,
  ready: false,
})

export function stepContainer(place: Place): boolean {
  switch (place.state.is) {
    case 'waiting':
      return wait(place)
    case 'running':
      return run(place)
    case 'terminated':
      return restart(place)
  }
}

/** True when `ms` have passed since the state began; else asks to be called then. */
function passed({ world, state, wake }: Place, ms: number): boolean {
  const due = state.since + ms * world.conduct.slowness
  if (world.now >= due) return true
  wake(due)
  return false
}

function wait(place: Place): boolean {
  const { world, pod, spec, state } = place
  if (state.reason === 'CrashLoopBackOff')
    return (
      passed(place, Math.min(LONGEST_BACK_OFF_MS, BACK_OFF_MS * 2 ** (state.restarts - 1))) && start(place)
    )
  const image = imageIn(world, spec.image)
  if (image === 'missing') return refuseImage(place)
  if (state.reason === 'ErrImagePull' || state.reason === 'ImagePullBackOff')
    return turnTo(place, 'ContainerCreating')
  if (image === 'remote') {
    record(world, pod, { reason: 'Pulling', message: `Pulling image "${spec.image}"` })
    if (!passed(place, PULL_MS)) return false
    world.kubernetes.pulled.push(spec.image)
    record(world, pod, { reason: 'Pulled', message: `Successfully pulled image "${spec.image}"` })
    return turnTo(place, state.reason)
  }
  const environment = environmentOf(world, pod.metadata.namespace!, spec)
  if (environment.is === 'missing') {
    if (state.reason === 'CreateContainerConfigError' && state.message === environment.what) return false
    record(world, pod, { type: 'Warning', reason: 'Failed', message: `Error: ${environment.what}` })
    return turnTo(place, 'CreateContainerConfigError', environment.what)
  }
  return passed(place, START_MS) && start(place)
}

function refuseImage(place: Place): boolean {
  const { world, pod, spec, state } = place
  const message = `failed to resolve reference "${spec.image}": not found`
  if (state.reason === 'ImagePullBackOff') return false
  if (state.reason === 'ErrImagePull') {
    if (!passed(place, REFUSED_MS)) return false
    record(world, pod, { reason: 'BackOff', message: `Back-off pulling image "${spec.image}"` })
    return turnTo(
      place,
      'ImagePullBackOff',
      `Back-off pulling image "${spec.image}": ErrImagePull: ${message}`,
    )
  }
  if (!passed(place, REFUSED_MS)) return false
  record(world, pod, {
    type: 'Warning',
    reason: 'Failed',
    message: `Failed to pull image "${spec.image}": ${message}`,
  })
  return turnTo(place, 'ErrImagePull', message)
}

function turnTo({ world, state }: Place, reason: string, message?: string): boolean {
  state.is = 'waiting'
  state.reason = reason
  state.since = world.now
  if (message === undefined) delete state.message
  else state.message = message
  return true
}

function start({ world, pod, spec, state }: Place): boolean {
  const environment = environmentOf(world, pod.metadata.namespace!, spec)
  if (environment.is === 'missing') return false
  const { fate, lines } = fateOf(world, spec, environment.values)
  Object.assign(state, { is: 'running', reason: '', since: world.now, ready: false, fate })
  delete state.message
  log(world, pod, spec.name, lines)
  record(world, pod, { reason: 'Started', message: `Started container ${spec.name}` })
  return true
}

function run(place: Place): boolean {
  const { world, pod, spec, state, init } = place
  const { readyAfter, exit, effect, awaits } = state.fate ?? {}
  const environment = () => {
    const found = environmentOf(world, pod.metadata.namespace!, spec)
    return found.is === 'found' ? found.values : {}
  }
  if (awaits) {
    if (!passed(place, 1_000) || (endpointsOf(world, awaits) ?? []).length === 0) return false
    log(world, pod, spec.name, ['web is ready'])
    return end(place, 0)
  }
  if (exit) {
    if (!passed(place, exit.after)) return false
    if (exit.code === 0 && effect) perform(world, effect, environment())
    return end(place, exit.code)
  }
  if (readyAfter === undefined || init) return false
  if (!state.ready) {
    if (!passed(place, readyAfter)) return false
    if (!staysReady(world, spec, environment())) return false
    if (effect) perform(world, effect, environment())
    state.ready = true
    return true
  }
  if (staysReady(world, spec, environment())) return false
  state.ready = false
  return true
}

function end({ world, state }: Place, exitCode: number): boolean {
  Object.assign(state, { is: 'terminated', reason: '', since: world.now, ready: false, exitCode })
  return true
}

function restart(place: Place): boolean {
  const { world, pod, spec, state } = place
  if (!passed(place, 1_000)) return false
  state.restarts += 1
  const key = logKey(pod, spec.name)
  world.kubernetes.logs[key] = { previous: world.kubernetes.logs[key]?.lines ?? [], lines: [] }
  record(world, pod, {
    type: 'Warning',
    reason: 'BackOff',
    message: `Back-off restarting failed container ${spec.name}`,
  })
  return turnTo(place, 'CrashLoopBackOff', `back-off restarting failed container=${spec.name}`)
}

const logKey = (pod: KubeObject, container: string): string =>
  `${pod.metadata.namespace}/${pod.metadata.name}/${container}`

export function log(world: World, pod: KubeObject, container: string, lines: readonly string[]): void {
  const key = logKey(pod, container)
  const known = world.kubernetes.logs[key] ?? { lines: [], previous: [] }
  known.lines.push(...lines)
  world.kubernetes.logs[key] = known
}
