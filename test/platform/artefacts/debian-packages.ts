import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { artefact, cacheRoot } from './cache.ts'
import { withLock } from './lock.ts'

/** A folder with these Debian packages unpacked. Nothing is installed on this machine, no maintainer script runs. */
export function debianPackages(name: string, packages: readonly string[]): Promise<string> {
  return artefact({
    name,
    inputs: ['1', ...packages],
    usually: '10 s',
    async build(dir) {
      const debs = join(dir, 'debs')
      await mkdir(debs)
      await withLock(join(cacheRoot(), 'locks', 'apt.lock'), async () => {
        const known = await execa('apt-get', ['download', '-qq', ...packages], { cwd: debs, reject: false })
        if (known.exitCode === 0) return
        // No package lists yet, or lists that name versions the mirror no longer has.
        await execa('apt-get', ['update', '-qq'])
        await execa('apt-get', ['download', '-qq', ...packages], { cwd: debs })
      })
      for (const deb of await readdir(debs)) await execa('dpkg', ['-x', join(debs, deb), dir])
      await rm(debs, { recursive: true })
    },
  })
}
