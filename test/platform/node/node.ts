import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { until } from '../artefacts/until.ts'
import { type Cgroup, createCgroups, plannedCgroups, removeCgroups } from './cgroups.ts'
import type { NodePlan } from './plan.ts'

/** Folders of the state that the node sees; `pki` and `conf` are written before it starts. */
const folders = ['rootfs', 'etcd', 'kubelet', 'containerd', 'pods', 'log', 'volumes']

/** Process id, on this machine, of the node's first process; undefined when the node is not running. */
export function nodePid(plan: NodePlan): number | undefined {
  const file = join(plan.state, 'init.json')
  if (!existsSync(file)) return undefined
  const init = JSON.parse(readFileSync(file, 'utf8')) as { pid: number; started: string }
  // The start time tells it from another process that has got the same number since.
  return startOf(init.pid) === init.started ? init.pid : undefined
}

/** Starts the node's first process in namespaces of its own and links it to this machine. False when it runs already. */
export async function startNode(plan: NodePlan, usr: string): Promise<boolean> {
  if (nodePid(plan)) return false
  await clear(plan)
  for (const folder of folders) await mkdir(join(plan.state, folder), { recursive: true, mode: 0o755 })
  await rm(join(plan.state, 'log'), { recursive: true })
  await mkdir(join(plan.state, 'log'))
  const cgroups = await plannedCgroups(plan.name)
  await writeFile(cgroupsFile(plan), JSON.stringify(cgroups))
  await createCgroups(cgroups)

  const log = await open(join(plan.state, 'log/init.log'), 'a')
  // The shell joins the cgroups, then becomes unshare: the node is born into them and stays below whatever it does.
  const join_ = 'for d in "$@"; do echo $$ > "$d/cgroup.procs"; done'
  const become = 'exec unshare --net --mount --pid --uts --ipc --cgroup --fork --kill-child bash "$ENTER"'
  const parent = spawn('bash', ['-ec', `${join_}; ${become}`, 'bash', ...cgroups.map(cgroup => cgroup.dir)], {
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    env: {
      PATH: process.env.PATH,
      ENTER: fileURLToPath(new URL('enter-root.sh', import.meta.url)),
      STATE: plan.state,
      USR: usr,
      NAME: plan.name,
      HIERARCHIES: cgroups.map(cgroup => cgroup.hierarchy).join(' '),
    },
  })
  parent.unref()
  await log.close()

  let pid: number | undefined
  await until(
    'the namespaces are made',
    async () => {
      if (parent.exitCode !== null) throw new Error(`the node ended at once:\n${await nodeLog(plan, 'init')}`)
      if (commandOf(parent.pid!) !== 'unshare') return false
      pid =
        Number(readFileSync(`/proc/${parent.pid}/task/${parent.pid}/children`, 'utf8').trim()) || undefined
      return pid !== undefined
    },
    { every: 20, seconds: 10 },
  )
  await writeFile(join(plan.state, 'init.json'), JSON.stringify({ pid, started: startOf(pid!) }))
  await execa('ip', [
    'link',
    'add',
    linkOf(plan),
    'type',
    'veth',
    'peer',
    'name',
    'eth0',
    'netns',
    String(pid),
  ])
  await execa('ip', ['addr', 'add', `${plan.hostIp}/30`, 'dev', linkOf(plan)])
  await execa('ip', ['link', 'set', linkOf(plan), 'up'])
  return true
}

/** Ends the node: its first process takes every other one, every mount and the network with it. */
export async function stopNode(plan: NodePlan): Promise<void> {
  const pid = nodePid(plan)
  if (pid) {
    process.kill(pid, 'SIGKILL')
    await until('the node has ended', () => !nodePid(plan), { every: 20 })
  }
  await clear(plan)
}

/** Nothing of a node that has died may stay. */
async function clear(plan: NodePlan): Promise<void> {
  if (existsSync(cgroupsFile(plan)))
    await removeCgroups(JSON.parse(await readFile(cgroupsFile(plan), 'utf8')) as Cgroup[])
  if (existsSync(`/sys/class/net/${linkOf(plan)}`)) await execa('ip', ['link', 'del', linkOf(plan)])
  await rm(join(plan.state, 'init.json'), { force: true })
}

/** The last lines of one program's log. */
export async function nodeLog(plan: NodePlan, program: string, lines = 15): Promise<string> {
  const text = await readFile(join(plan.state, 'log', `${program}.log`), 'utf8')
  return text.trimEnd().split('\n').slice(-lines).join('\n')
}

/** Arguments of `nsenter` for the node's namespaces; without `mount`, files are still this machine's. */
export function enterNode(plan: NodePlan, o: { networkOnly?: boolean } = {}): string[] {
  const pid = nodePid(plan)
  if (!pid) throw new Error(`the platform ${plan.name} is not running`)
  const namespaces = o.networkOnly ? ['--net'] : ['--net', '--mount', '--pid', '--uts', '--ipc', '--cgroup']
  return [`--target=${pid}`, ...namespaces, '--']
}

/** A network link's name has at most 15 characters. */
export const linkOf = (plan: NodePlan): string => `${plan.name}-0`
const cgroupsFile = (plan: NodePlan) => join(plan.state, 'cgroups.json')

function startOf(pid: number): string | undefined {
  const stat = readProc(`/proc/${pid}/stat`)
  // Fields after the command, which may itself hold spaces and brackets: the 20th of them is the start time.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields?.[0] === 'Z' ? undefined : fields?.[19]
}

const commandOf = (pid: number) => readProc(`/proc/${pid}/comm`)?.trim()

function readProc(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}
