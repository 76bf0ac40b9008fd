import type { KubernetesObject } from './part.ts'
import type { Platform } from './platform.ts'

const own = ['apply', '--server-side', '--force-conflicts', '--field-manager=platform']

/** Creates or corrects objects, in their order. */
export async function apply(platform: Platform, objects: KubernetesObject[]): Promise<void> {
  if (objects.length === 0) return
  const list = { apiVersion: 'v1', kind: 'List', items: objects }
  await platform.kubectl([...own, '-f', '-'], JSON.stringify(list))
}

/** Resource definitions, by file or folder; returns when the API server serves them. */
export async function applyDefinitions(platform: Platform, paths: string[]): Promise<void> {
  const files = paths.flatMap(path => ['-f', path])
  await platform.kubectl([...own, ...files])
  await platform.kubectl(['wait', '--for=condition=Established', '--timeout=30s', 'crd', '--all'])
}

/** Waits until every workload among these objects runs as it is described. */
export async function awaitWorkloads(platform: Platform, objects: KubernetesObject[]): Promise<void> {
  for (const { kind, metadata } of objects) {
    if (!['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind)) continue
    const name = `${kind.toLowerCase()}/${metadata.name}`
    try {
      await platform.kubectl([
        '-n',
        metadata.namespace ?? 'default',
        'rollout',
        'status',
        name,
        '--timeout=180s',
      ])
    } catch (error) {
      const pods = await platform.kubectl([
        '-n',
        metadata.namespace ?? 'default',
        'get',
        'pods',
        '-o',
        'wide',
      ])
      const events = await platform.kubectl(['-n', metadata.namespace ?? 'default', 'get', 'events'])
      throw new Error(`${metadata.namespace}/${metadata.name} does not become ready\n${pods}\n${events}`, {
        cause: error,
      })
    }
  }
}
