import { existsSync, readFileSync } from 'node:fs'
import { execa } from 'execa'

/** A platform cannot run here; the message says why and what works instead. */
export class CannotRunHere extends Error {}

const instead = 'Use --kubeconfig FILE with a cluster of yours, or --rehearse to run without one.'
const programs = [
  'unshare',
  'nsenter',
  'ip',
  'mount',
  'flock',
  'apt-get',
  'dpkg',
  'go',
  'gcc',
  'python3',
  'unzip',
]

/** Rejects with one line when this machine lacks what a platform of its own needs. Installs what is merely missing. */
export async function assertRunnable(): Promise<void> {
  if (process.platform !== 'linux') refuse(`it needs Linux, this is ${process.platform}`)
  if (process.getuid?.() !== 0) refuse('it needs root, for namespaces and mounts')
  if (process.arch !== 'x64') refuse(`its packages exist for x64, this is ${process.arch}`)
  if (!existsSync('/sys/fs/cgroup/memory')) refuse('it needs cgroup v1 hierarchies under /sys/fs/cgroup')
  if (!/^VERSION_CODENAME=bookworm$/m.test(readFileSync('/etc/os-release', 'utf8')))
    refuse('it is made from Debian 12 (bookworm) packages and needs that system')
  for (const program of programs) {
    const found = await execa('which', [program], { reject: false })
    if (found.exitCode !== 0) refuse(`the program ${program} is missing`)
  }
}

function refuse(why: string): never {
  throw new CannotRunHere(`The local platform cannot run on this machine: ${why}. ${instead}`)
}
