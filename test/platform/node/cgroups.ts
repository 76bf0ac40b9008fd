import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { until } from '../artefacts/until.ts'

/** A cgroup v1 hierarchy: its name under /sys/fs/cgroup and the node's folder in it. */
export type Cgroup = { hierarchy: string; dir: string }

const mountPoint = '/sys/fs/cgroup'

/** The node's cgroup in every v1 hierarchy of this machine: a child of our own, so that limits set on us hold for it. */
export async function plannedCgroups(name: string): Promise<Cgroup[]> {
  const lines = (await readFile('/proc/self/cgroup', 'utf8')).trim().split('\n')
  return lines.flatMap(line => {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? []
    if (!controllers || path === undefined) return []
    const hierarchy = controllers.replace(/^name=/, '')
    // Started from inside a node (nsenter), our own path may already end in its name.
    return [
      { hierarchy, dir: join(mountPoint, hierarchy, basename(path) === name ? dirname(path) : path, name) },
    ]
  })
}

export async function createCgroups(cgroups: readonly Cgroup[]): Promise<void> {
  for (const { hierarchy, dir } of cgroups) {
    await mkdir(dir, { recursive: true })
    if (hierarchy !== 'cpuset') continue
    // A new cpuset is empty, and a process cannot move into an empty one.
    for (const file of ['cpuset.cpus', 'cpuset.mems'])
      await writeFile(join(dir, file), (await readFile(join(dirname(dir), file), 'utf8')).trim())
  }
}

/** Kills what still runs in them and removes them with everything below: the kubelet loses 3 s on each stale one. */
export async function removeCgroups(cgroups: readonly Cgroup[]): Promise<void> {
  const present = cgroups.filter(cgroup => existsSync(cgroup.dir))
  await until('the processes of the node have ended', async () => {
    const pids = new Set((await Promise.all(present.map(cgroup => processesBelow(cgroup.dir)))).flat())
    for (const pid of pids) kill(pid)
    return pids.size === 0
  })
  for (const { dir } of present)
    await until(`${dir} is gone`, async () => {
      await removeTree(dir)
      return !existsSync(dir)
    })
}

async function processesBelow(dir: string): Promise<number[]> {
  const own = await readFile(join(dir, 'cgroup.procs'), 'utf8').catch(whenGone(''))
  const below = await Promise.all((await childrenOf(dir)).map(processesBelow))
  return [...own.split('\n').filter(Boolean).map(Number), ...below.flat()]
}

async function removeTree(dir: string): Promise<void> {
  for (const child of await childrenOf(dir)) await removeTree(child)
  await rmdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EBUSY' && error.code !== 'ENOENT') throw error
  })
}

async function childrenOf(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(whenGone([]))
  return entries.filter(entry => entry.isDirectory()).map(entry => join(dir, entry.name))
}

const whenGone =
  <T>(value: T) =>
  (error: NodeJS.ErrnoException): T => {
    if (error.code === 'ENOENT' || error.code === 'ENODEV') return value
    throw error
  }

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
