import { Secret } from '../src/config/secret.ts'
import type { Settings } from '../src/config/settings.ts'
import type { Difference, Observation, Undone } from '../src/engine/task.ts'
import { MANAGER } from '../src/manifests/labels.ts'
import type { KubeObject, KubeRef } from '../src/platform/kubernetes/port.ts'
import type { Ctx } from './define.ts'

/** What all tasks that own one Kubernetes object share: look, apply, take back. */

export const refOf = ({ apiVersion, kind, metadata }: KubeObject): KubeRef => ({
  apiVersion,
  kind,
  name: metadata.name,
  ...(metadata.namespace && { namespace: metadata.namespace }),
})

export const isOurs = (object: KubeObject): boolean =>
  object.metadata.labels?.['app.kubernetes.io/managed-by'] === MANAGER

/**
 * Compares what is stored with what the server would store after an apply (a dry run, which fills in every default):
 * no difference means that an apply would change nothing.
 */
export async function observeObject<Out>(
  ctx: Ctx,
  wanted: KubeObject,
  output: (stored: KubeObject) => Out,
): Promise<Observation<Out>> {
  const { kubernetes } = ctx.services
  const stored = await kubernetes.read(refOf(wanted), ctx.signal)
  if (!stored) return { is: 'absent' }
  if (!isOurs(stored)) return foreign(stored)
  const after = await kubernetes.apply(wanted, { dryRun: true, force: true, signal: ctx.signal })
  const differences = differencesBetween(stored, after)
  return differences.length === 0
    ? { is: 'present', output: output(stored) }
    : { is: 'drifted', differences, expected: output(after) }
}

/** Force, because what is repaired here was reviewed field by field in the plan. */
export async function applyObject(ctx: Ctx, wanted: KubeObject): Promise<KubeObject> {
  return ctx.services.kubernetes.apply(wanted, { force: true, signal: ctx.signal })
}

export async function removeObject(
  ctx: Ctx,
  ref: KubeRef,
  options: { graceSeconds?: number } = {},
): Promise<Undone> {
  const { kubernetes } = ctx.services
  const stored = await kubernetes.read(ref, ctx.signal)
  if (!stored) return { is: 'nothing' }
  if (!isOurs(stored)) return { is: 'left', because: `${ref.kind} ${ref.name} is not ours` }
  await kubernetes.remove(ref, { uid: stored.metadata.uid, ...options, signal: ctx.signal })
  await kubernetes.until(
    ref,
    object => (object === undefined || object.metadata.uid !== stored.metadata.uid ? true : undefined),
    ctx.signal,
  )
  return { is: 'removed', what: `${ref.kind} ${ref.name}` }
}

function foreign(stored: KubeObject): Observation<never> {
  const manager = stored.metadata.managedFields?.find(entry => entry.manager)?.manager ?? 'somebody else'
  const where = stored.metadata.namespace ? `-n ${stored.metadata.namespace} ` : ''
  return {
    is: 'foreign',
    owner: manager,
    nextSteps: [
      `Look at it: kubectl ${where}get ${stored.kind.toLowerCase()} ${stored.metadata.name} -o yaml`,
      'Remove or rename it if nobody needs it, then run the same command again',
    ],
  }
}

const VOLATILE = ['managedFields', 'resourceVersion', 'generation', 'uid', 'creationTimestamp', 'selfLink']

/** Every leaf that differs, by its path. Secret data is compared by fingerprint. */
export function differencesBetween(stored: KubeObject, wanted: KubeObject): readonly Difference[] {
  const secret = stored.kind === 'Secret'
  const actual = leaves(stored)
  const target = leaves(wanted)
  const fields = [...new Set([...actual.keys(), ...target.keys()])].sort()
  return fields
    .filter(field => actual.get(field) !== target.get(field))
    .map(field => ({
      field,
      actual: shown(actual.get(field), secret && field.startsWith('data.')),
      wanted: shown(target.get(field), secret && field.startsWith('data.')),
    }))
}

function shown(value: string | undefined, secret: boolean): string {
  if (value === undefined) return '(none)'
  return secret ? `sha256:${new Secret(value).fingerprint()}` : value
}

function leaves(object: KubeObject): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const walk = (value: unknown, path: string): void => {
    if (value === null || typeof value !== 'object') {
      if (value !== undefined) found.set(path, String(value))
      return
    }
    for (const [key, inner] of Object.entries(value)) {
      if (path === '' && key === 'status') continue
      if (path === 'metadata' && VOLATILE.includes(key)) continue
      if (path === 'metadata.annotations' && key.startsWith('deployment.kubernetes.io/')) continue
      walk(inner, path === '' ? key : `${path}.${key}`)
    }
  }
  walk(object, '')
  return found
}

export const namespaced = (settings: Settings, kind: string, name: string, apiVersion = 'v1'): KubeRef => ({
  apiVersion,
  kind,
  name,
  namespace: settings.namespace,
})
