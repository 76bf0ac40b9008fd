import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { artefact } from '../../artefacts/cache.ts'
import type { Layer } from '../../images/index.ts'
import { keycloakEnvironment } from './image.ts'
import { inside } from './inside.ts'

/** Of the administrator in the seed; the platform's own replaces it as soon as the server answers. */
export const seedPassword = 'seed'

/**
 * SQL that makes the database `keycloak` as the server's first start leaves it: 90 tables and a master realm.
 * Making them takes a small machine 20 to 100 s, reading this takes one.
 */
export async function keycloakSeed(layers: Layer[]): Promise<Buffer> {
  const script = await readFile(new URL('seed.sh', import.meta.url))
  const dir = await artefact({
    name: 'keycloak-seed',
    inputs: ['1', script, seedPassword, ...layers.map(layer => layer.key)],
    usually: '1 min',
    async build(dir) {
      const root = join(dir, 'root')
      await mkdir(root)
      for (const layer of layers) await execa('tar', ['-xf', layer.tar, '-C', root])
      await writeFile(join(root, 'seed.sh'), script, { mode: 0o755 })
      await inside(root, ['/seed.sh', '/seed.sql'], { ...keycloakEnvironment, SEED_PASSWORD: seedPassword })
      await rename(join(root, 'seed.sql'), join(dir, 'seed.sql'))
      await rm(root, { recursive: true })
    },
  })
  return readFile(join(dir, 'seed.sql'))
}
