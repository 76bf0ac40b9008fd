import { readdir, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { directoryLayer, epoch, type Layer } from '../../images/index.ts'

const modules = [
  ...[
    'java.se',
    'jdk.unsupported',
    'jdk.crypto.ec',
    'jdk.crypto.cryptoki',
    'jdk.naming.dns',
    'jdk.management',
  ],
  ...['jdk.net', 'jdk.zipfs', 'jdk.localedata', 'jdk.security.auth', 'jdk.jfr'],
]
/** Where the runtime lies in the image. */
export const javaHome = '/opt/java'

/** A Java 17 runtime cut out of this machine's JDK. */
export async function javaLayer(): Promise<Layer> {
  const settings = await execa('java', ['-XshowSettings:properties', '-version'])
  const property = (name: string) => new RegExp(`^\\s*${name} = (.*)$`, 'm').exec(settings.stderr)?.[1] ?? ''
  const home = property('java.home')
  const version = property('java.runtime.version')
  return directoryLayer({
    name: 'java',
    inputs: ['1', version, javaHome, ...modules],
    usually: '20 s',
    async populate(root) {
      const to = join(root, javaHome)
      await execa('mkdir', ['-p', join(root, 'opt')])
      await execa(join(home, 'bin/jlink'), [
        ...['--module-path', join(home, 'jmods'), '--add-modules', modules.join(','), '--output', to],
        ...['--strip-java-debug-attributes', '--no-header-files', '--no-man-pages', '--include-locales=en'],
      ])
      // The class archive remembers the time of the file it was made from, and every file in a layer gets this one.
      await settle(to)
      await execa(join(to, 'bin/java'), ['-Xshare:dump'])
    },
  })
}

/** Gives every file below `dir` the time that it will have in the image. */
export async function settle(dir: string): Promise<void> {
  for (const entry of await readdir(dir, { withFileTypes: true, recursive: true }))
    if (entry.isFile()) await utimes(join(entry.parentPath, entry.name), epoch, epoch)
}
