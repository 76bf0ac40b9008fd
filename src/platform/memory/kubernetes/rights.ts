import { raise } from '../../../engine/problem.ts'
import { transportProblem } from '../../kubernetes/errors.ts'
import type { AccessRequest } from '../../kubernetes/port.ts'
import { answer } from '../problems.ts'
import type { World } from '../world.ts'

/** Where the API server of every world is said to be. */
export const SERVER = 'https://127.0.0.1:6443'

export function isAllowed(world: World, request: AccessRequest): boolean {
  const resource = request.subresource ? `${request.resource}/${request.subresource}` : request.resource
  return !world.kubernetes.denials.some(
    denial =>
      (denial.verb === '*' || denial.verb === request.verb) &&
      (denial.group === '*' || denial.group === request.group) &&
      (denial.resource === '*' || denial.resource === resource) &&
      (denial.namespace === undefined || denial.namespace === request.namespace),
  )
}

/** Throws what the API server would answer. */
export function demand(world: World, request: AccessRequest): void {
  reach(world)
  if (isAllowed(world, request)) return
  const resource = request.subresource ? `${request.resource}/${request.subresource}` : request.resource
  const what = `${resource}${request.name ? ` ${request.name}` : ''}${request.namespace ? ` in ${request.namespace}` : ''}`
  answer(
    403,
    { verb: request.verb, what },
    `${request.resource} is forbidden: User "${world.kubernetes.user}" cannot ${request.verb} resource "${resource}" in API group "${request.group}"`,
  )
}

export function reach(world: World): void {
  if (world.kubernetes.reachable) return
  const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:6443'), { code: 'ECONNREFUSED' })
  raise(transportProblem(refused, SERVER))
}
