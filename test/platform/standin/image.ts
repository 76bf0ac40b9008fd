import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { baseLayer, directoryLayer, type Image, image, type Layer, nodeLayer } from '../images/index.ts'
import { bundle } from './bundle.ts'

/** The second one is there so that a newer version can be offered, upgraded to and refused. */
export const versions = ['3.113.0', '3.173.0']

async function programLayer(): Promise<Layer> {
  const files = await bundle('/app', false)
  const readme = await readFile(join(import.meta.dirname, 'README.md'))
  return directoryLayer({
    name: 'langfuse-standin',
    inputs: ['1', readme, ...files.flatMap(file => [file.path, file.contents])],
    async populate(root) {
      await mkdir(join(root, 'app'), { recursive: true })
      for (const file of files) await writeFile(join(root, 'app', basename(file.path)), file.contents)
      await writeFile(join(root, 'app', 'README.md'), readme)
    },
  })
}

/** Web and worker of each version, named as the platform's registry mirrors the real ones. */
export async function standinImages(registry: string): Promise<Image[]> {
  const layers = [await baseLayer(), await nodeLayer(), await programLayer()]
  const common = { User: '1001:1001', WorkingDir: '/app' }
  // The real web waits 110 s on SIGTERM; tests do not.
  const env = (version: string) => [
    `STANDIN_VERSION=${version}`,
    'STANDIN_SIGTERM_WAIT_MS=5000',
    'NODE_ENV=production',
  ]
  return Promise.all(
    versions.flatMap(version => [
      image({
        in: 'registry',
        ref: `${registry}/library/langfuse:${version}`,
        layers,
        config: {
          ...common,
          Env: [...env(version), 'PORT=3000'],
          Entrypoint: ['node', '/app/web.mjs'],
          Cmd: ['node', './web/server.js'],
          ExposedPorts: { '3000/tcp': {} },
        },
      }),
      image({
        in: 'registry',
        ref: `${registry}/library/langfuse-worker:${version}`,
        layers,
        config: {
          ...common,
          Env: [...env(version), 'PORT=3030'],
          Entrypoint: ['node', '/app/worker.mjs'],
          ExposedPorts: { '3030/tcp': {} },
        },
      }),
    ]),
  )
}
