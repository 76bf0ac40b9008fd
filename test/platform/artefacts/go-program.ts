import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { artefact, cacheRoot } from './cache.ts'
import { withLock } from './lock.ts'

export type GoProgram = {
  name: string
  /** Folder with go.mod, go.sum and, when the module has a program of its own, main.go. */
  module: string
  sources: readonly string[]
  /** The package to build, when it is not the module itself. */
  package?: string
  /** Linker settings: package path and variable → value. */
  set?: Record<string, string>
  usually: string
}

/** Path of a statically linked program built from pinned Go modules. Needs Go and its module proxy, nothing else. */
export async function goProgram(o: GoProgram): Promise<string> {
  const files = ['go.mod', 'go.sum', ...o.sources]
  const linker = [
    '-s',
    '-w',
    ...Object.entries(o.set ?? {}).flatMap(([name, value]) => ['-X', `${name}=${value}`]),
  ]
  const dir = await artefact({
    name: o.name,
    inputs: [
      ...(await Promise.all(files.map(file => readFile(join(o.module, file))))),
      o.package ?? '.',
      linker.join(' '),
    ],
    usually: o.usually,
    build: dir =>
      // One at a time: each of these builds wants every core and gigabytes of memory.
      withLock(join(cacheRoot(), 'locks', 'go-build.lock'), async () => {
        await execa(
          'go',
          [
            'build',
            '-trimpath',
            '-buildvcs=false',
            '-ldflags',
            linker.join(' '),
            '-o',
            join(dir, o.name),
            o.package ?? '.',
          ],
          { cwd: o.module, env: { CGO_ENABLED: '0', GOFLAGS: '-mod=readonly' } },
        )
      }),
  })
  return join(dir, o.name)
}

/** The unpacked source of a Go module, from the module proxy, checked against `sum` (as go.sum writes it). */
export async function goModule(module: string, sum: string): Promise<string> {
  const { stdout } = await execa('go', ['mod', 'download', '-json', module], { env: { GOFLAGS: '-mod=mod' } })
  const found = JSON.parse(stdout) as { Dir: string; Sum: string }
  if (found.Sum !== sum) throw new Error(`${module} has the checksum ${found.Sum}, expected ${sum}`)
  return found.Dir
}
