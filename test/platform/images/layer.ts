import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { artefact } from '../artefacts/cache.ts'
import { gzip, type Owners, writeTar } from './tar.ts'

/** Raise it when the bytes that come out of the same inputs change. */
const format = 'layer 1'

export type Layer = {
  name: string
  /** Changes whenever what the layer was made from changes; give it to what is built on top. */
  key: string
  /** Path of the uncompressed tar. */
  tar: string
  /** Path of the same, compressed. */
  gz: string
  /** Digest of the uncompressed tar: "sha256:…". */
  diffId: string
  /** Digest of the compressed tar. */
  digest: string
  /** Bytes, compressed. */
  size: number
}

export type DirectoryLayer = {
  name: string
  /** Everything that decides what `populate` writes. */
  inputs: readonly (string | Uint8Array)[]
  usually?: string
  /** Writes the files as they shall be in the image; `root` exists and is empty. */
  populate(root: string): Promise<void>
  owners?: Owners
}

/** A layer with what `populate` wrote. Equal inputs and files give an equal digest. Kept in the artefact cache. */
export async function directoryLayer(o: DirectoryLayer): Promise<Layer> {
  const dir = await artefact({
    name: `layer-${o.name}`,
    inputs: [format, o.owners ? JSON.stringify(o.owners) : '', ...o.inputs],
    usually: o.usually,
    async build(dir) {
      const root = join(dir, 'root')
      await mkdir(root)
      await o.populate(root)
      await writeTar({ root, file: join(dir, 'layer.tar'), owners: o.owners })
      await rm(root, { recursive: true })
      const sums = await gzip(join(dir, 'layer.tar'), join(dir, 'layer.tar.gz'))
      await writeFile(join(dir, 'layer.json'), JSON.stringify(sums))
    },
  })
  const sums = JSON.parse(await readFile(join(dir, 'layer.json'), 'utf8')) as {
    diffId: string
    digest: string
    size: number
  }
  return {
    name: o.name,
    key: sums.diffId,
    tar: join(dir, 'layer.tar'),
    gz: join(dir, 'layer.tar.gz'),
    ...sums,
  }
}
