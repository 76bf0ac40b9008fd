import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { progress } from './artefacts/cache.ts'
import { nodeFeed } from './attach.ts'
import type { Image } from './images/index.ts'
import { enterNode } from './node/node.ts'
import type { NodePlan } from './node/plan.ts'
import type { Platform } from './platform.ts'

/** Digest by reference of what the node's containerd holds. */
export async function heldImages(platform: Platform): Promise<Map<string, string>> {
  const table = await platform.nodeExec(['ctr', '--namespace', 'k8s.io', 'images', 'list'])
  const rows = table
    .split('\n')
    .slice(1)
    .map(line => line.split(/\s+/))
  return new Map(rows.flatMap(([ref, , digest]) => (ref && digest ? [[ref, digest] as const] : [])))
}

/** Puts images into the node's containerd. */
export async function importImages(plan: NodePlan, images: Image[]): Promise<void> {
  for (const image of images) {
    await nodeFeed(plan, ['ctr', '--namespace', 'k8s.io', 'images', 'import', '-'], image.archive)
    progress(`imported ${image.ref}`)
  }
}

/** Pushes images to the platform's registry, except those that it holds. */
export async function pushImages(plan: NodePlan, address: string, images: Image[]): Promise<void> {
  if (images.length === 0) return
  const program = fileURLToPath(new URL('registry/push.ts', import.meta.url))
  const pairs = images.map(image => `${image.ref}=${image.archive}`)
  const network = enterNode(plan, { networkOnly: true })
  const done = await execa('nsenter', [
    ...network,
    process.execPath,
    '--import',
    'tsx',
    program,
    address,
    ...pairs,
  ])
  for (const line of done.stdout.split('\n').filter(Boolean)) progress(line)
}
