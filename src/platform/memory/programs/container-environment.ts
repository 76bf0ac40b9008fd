import type { ContainerSpec } from '../controllers/containers.ts'
import { find } from '../kubernetes/store.ts'
import type { World } from '../world.ts'

export type Environment = Readonly<Record<string, string>>

/** The variables that a container of a namespace would see, or what the kubelet would complain about. */
export function environmentOf(
  world: World,
  namespace: string,
  { env = [], envFrom = [] }: ContainerSpec,
):
  | { readonly is: 'found'; readonly values: Environment }
  | { readonly is: 'missing'; readonly what: string } {
  const values: Record<string, string> = {}
  for (const { prefix = '', secretRef, configMapRef } of envFrom) {
    const ref = secretRef ?? configMapRef
    if (!ref) continue
    const data = dataOf(world, secretRef ? 'Secret' : 'ConfigMap', { namespace, name: ref.name })
    if (!data && ref.optional) continue
    if (!data) return { is: 'missing', what: `${secretRef ? 'secret' : 'configmap'} "${ref.name}" not found` }
    for (const [key, value] of Object.entries(data)) values[prefix + key] = value
  }
  for (const { name, value, valueFrom } of env) {
    const ref = valueFrom?.secretKeyRef ?? valueFrom?.configMapKeyRef
    if (!ref) {
      values[name] = value ?? ''
      continue
    }
    const kind = valueFrom?.secretKeyRef ? 'Secret' : 'ConfigMap'
    const data = dataOf(world, kind, { namespace, name: ref.name })
    const found = data?.[ref.key]
    if (found !== undefined) values[name] = found
    else if (!ref.optional) {
      return {
        is: 'missing',
        what: data
          ? `couldn't find key ${ref.key} in ${kind} ${namespace}/${ref.name}`
          : `${kind.toLowerCase()} "${ref.name}" not found`,
      }
    }
  }
  return { is: 'found', values }
}

/** Data of Secrets is replaced, never changed: decoded once. */
const decoded = new WeakMap<object, Record<string, string>>()

export function dataOf(
  world: World,
  kind: 'Secret' | 'ConfigMap',
  { namespace, name }: { namespace: string; name: string },
): Record<string, string> | undefined {
  const stored = find(world, { apiVersion: 'v1', kind, namespace, name })
  if (!stored) return undefined
  const data = (stored.object.data ?? {}) as Record<string, string>
  if (kind === 'ConfigMap') return data
  const known = decoded.get(data)
  if (known) return known
  const plain = Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]),
  )
  decoded.set(data, plain)
  return plain
}
