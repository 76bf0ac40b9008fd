import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { artefact, cacheRoot } from '../artefacts/cache.ts'
import { withLock } from '../artefacts/lock.ts'
import type { Image } from '../images/index.ts'

/** containerd's databases; everything else in its folder is never written twice. */
const databases = [
  'io.containerd.metadata.v1.bolt/meta.db',
  'io.containerd.snapshotter.v1.overlayfs/metadata.db',
]
const program = fileURLToPath(new URL('fill-image-store.sh', import.meta.url))
const name = 'image-store'

/**
 * Gives a new node a containerd folder in which these images are unpacked already. It is made once per set of images;
 * a node gets hard links to its files, which is safe: containerd and overlayfs only ever add files beside them.
 */
export function fillImageStore(o: { folder: string; usr: string; images: Image[] }): Promise<void> {
  // Not while another platform is copying: a new store replaces the old ones.
  return withLock(join(cacheRoot(), 'locks', 'image-stores.lock'), async () => {
    const store = await artefact({
      name,
      inputs: ['1', basename(o.usr), ...o.images.flatMap(image => [image.ref, image.digest])],
      usually: '40 s',
      async build(dir) {
        await execa('unshare', [
          '--mount',
          '--net',
          '--pid',
          '--fork',
          '--kill-child',
          'bash',
          program,
          o.usr,
          dir,
          ...o.images.map(image => image.archive),
        ])
        await removeOthers(dir)
      },
    })
    await rm(o.folder, { recursive: true, force: true })
    await mkdir(o.folder, { recursive: true })
    await execa('cp', ['--archive', '--link', `${store}/.`, o.folder])
    for (const database of databases) {
      await rm(join(o.folder, database))
      await copyFile(join(store, database), join(o.folder, database))
    }
  })
}

export const hasImageStore = (folder: string): boolean => existsSync(join(folder, databases[0]!))

/** Each is well over a gigabyte, and what it was made from is still in the cache. */
async function removeOthers(dir: string): Promise<void> {
  const parent = join(dir, '..')
  const others = (await readdir(parent)).filter(
    entry => entry.startsWith(`${name}-`) && entry !== basename(dir),
  )
  for (const other of others) await rm(join(parent, other), { recursive: true })
}
