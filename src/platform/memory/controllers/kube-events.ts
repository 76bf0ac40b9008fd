import type { KubeObject } from '../../kubernetes/port.ts'
import { all, insert, timestamp } from '../kubernetes/store.ts'
import type { World } from '../world.ts'

/** Records a Kubernetes event about an object, once per reason and message. */
export function record(
  world: World,
  about: KubeObject,
  { type = 'Normal', reason, message }: { type?: 'Normal' | 'Warning'; reason: string; message: string },
): void {
  const { name, namespace, uid } = about.metadata
  const same = all(world, 'v1', 'Event', namespace).find(
    ({ object }) =>
      object.reason === reason &&
      object.message === message &&
      (object.involvedObject as { uid?: string }).uid === uid,
  )
  if (same) {
    const count = (same.object.count as number) + 1
    same.object = { ...same.object, count, lastTimestamp: timestamp(world) }
    return
  }
  insert(
    world,
    {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name}.${(world.counter + 1).toString(16)}`, namespace: namespace! },
      involvedObject: { apiVersion: about.apiVersion, kind: about.kind, name, namespace, uid },
      type,
      reason,
      message,
      count: 1,
      firstTimestamp: timestamp(world),
      lastTimestamp: timestamp(world),
      source: { component: 'kubelet', host: 'tk' },
    },
    [],
  )
}
