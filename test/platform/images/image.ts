import { createHash } from 'node:crypto'
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { artefact } from '../artefacts/cache.ts'
import type { Layer } from './layer.ts'
import { writeTar } from './tar.ts'

export type ImageConfig = {
  Env?: string[]
  Entrypoint?: string[]
  Cmd?: string[]
  User?: string
  WorkingDir?: string
  // biome-ignore lint/complexity/noBannedTypes: the OCI specification wants empty objects here
  ExposedPorts?: Record<string, {}>
  StopSignal?: string
}

export type Image = {
  ref: string
  /** An OCI image layout as one tar that `ctr images import` and `crane push` read. */
  archive: string
  /** Digest of the manifest. */
  digest: string
  /** Where it goes: into the node's containerd, or to the local registry. */
  in: 'node' | 'registry'
}

const created = '2026-01-01T00:00:00Z'
const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** An image of these layers, lowest first. Deterministic: the digest depends on the layers and the config alone. */
export async function image(o: {
  ref: string
  layers: Layer[]
  config: ImageConfig
  in?: Image['in']
}): Promise<Image> {
  const withPath = { ...o.config, Env: [path, ...(o.config.Env ?? [])] }
  const config = encode({
    architecture: 'amd64',
    os: 'linux',
    created,
    config: withPath,
    rootfs: { type: 'layers', diff_ids: o.layers.map(layer => layer.diffId) },
    history: o.layers.map(layer => ({ created, created_by: layer.name })),
  })
  const manifest = encode({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: digestOf(config),
      size: config.length,
    },
    layers: o.layers.map(layer => ({
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      digest: layer.digest,
      size: layer.size,
    })),
  })
  const archive = await artefact({
    name: `image-${o.ref.replace(/^.*\//, '').replace(/[^A-Za-z0-9.-]/g, '-')}`,
    inputs: ['image 1', o.ref, manifest],
    build: dir => writeLayout({ ...o, dir, blobs: [config, manifest], manifest }),
  })
  return { ref: o.ref, archive: join(archive, 'image.tar'), digest: digestOf(manifest), in: o.in ?? 'node' }
}

async function writeLayout(o: {
  dir: string
  ref: string
  layers: Layer[]
  blobs: Buffer[]
  manifest: Buffer
}) {
  const root = join(o.dir, 'layout')
  const blobs = join(root, 'blobs', 'sha256')
  await mkdir(blobs, { recursive: true })
  await writeFile(join(root, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
  await writeFile(join(root, 'index.json'), encode(indexOf(o.ref, o.manifest)))
  for (const blob of o.blobs) await writeFile(join(blobs, hex(digestOf(blob))), blob)
  // Symbolic links: a hard link would change the layer's own inode while another image is packing the same layer.
  for (const layer of new Map(o.layers.map(l => [l.digest, l])).values())
    await symlink(layer.gz, join(blobs, hex(layer.digest)))
  await writeTar({ root, file: join(o.dir, 'image.tar'), follow: true })
  await rm(root, { recursive: true })
}

function indexOf(ref: string, manifest: Buffer) {
  return {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [
      {
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        digest: digestOf(manifest),
        size: manifest.length,
        platform: { architecture: 'amd64', os: 'linux' },
        annotations: {
          'org.opencontainers.image.ref.name': ref.slice(ref.lastIndexOf(':') + 1),
          'io.containerd.image.name': ref,
        },
      },
    ],
  }
}

const encode = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))
const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`
const hex = (digest: string): string => digest.slice('sha256:'.length)
