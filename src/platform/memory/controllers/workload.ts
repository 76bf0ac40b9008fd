import type { KubeObject } from '../../kubernetes/port.ts'
import type { JsonObject } from '../kubernetes/json.ts'
import { insert } from '../kubernetes/store.ts'
import type { World } from '../world.ts'

/** What controllers of pods share. */

export interface PodTemplate {
  readonly metadata?: {
    readonly labels?: Record<string, string>
    readonly annotations?: Record<string, string>
  }
  readonly spec: JsonObject
}

const hashes = new WeakMap<object, string>()

/** FNV-1a over the JSON text: names the revision of a template. Templates are replaced, never changed. */
export function hashOf(template: object): string {
  const known = hashes.get(template)
  if (known !== undefined) return known
  let hash = 0x811c9dc5
  for (const char of JSON.stringify(template)) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0
  const name = hash.toString(36).padStart(7, '0')
  hashes.set(template, name)
  return name
}

export const ownedBy = (object: KubeObject, owner: KubeObject): boolean =>
  object.metadata.ownerReferences?.some(one => one.uid === owner.metadata.uid) ?? false

export function makePod(
  world: World,
  owner: KubeObject,
  { name, template, labels }: { name: string; template: PodTemplate; labels: Record<string, string> },
): void {
  insert(
    world,
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name,
        namespace: owner.metadata.namespace!,
        labels: { ...template.metadata?.labels, ...labels },
        ...(template.metadata?.annotations && { annotations: template.metadata.annotations }),
        ownerReferences: [{ kind: owner.kind, name: owner.metadata.name, uid: owner.metadata.uid! }],
      },
      spec: structuredClone(template.spec),
    },
    [],
  )
}

/** Five letters that no other pod of this world has. */
export const suffix = (world: World): string => (world.counter * 7919).toString(36).slice(-5).padStart(5, 'x')
