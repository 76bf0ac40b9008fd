import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { execa } from 'execa'
import { cacheRoot } from './artefacts/cache.ts'

// Prints what a platform could leave on this machine, sorted, one fact per line: compare the listing before `up` with
// the one after `down`. Threads of the kernel, process numbers and the pods of other
// platforms are left out: they change by themselves.

const namespaces = ['mnt', 'net', 'pid', 'uts', 'ipc', 'cgroup']

async function main(): Promise<void> {
  const facts = [
    ...processes(),
    ...namespacesInUse(),
    ...lines('/proc/self/mounts').map(line => `mount ${line}`),
    ...(await output('ip', ['-o', 'link'])).map(line => `link ${line.split(':')[1]?.trim().split('@')[0]}`),
    ...(await output('ip', ['route', 'show', 'table', 'all'])).map(line => `route ${line}`),
    ...(await output('find', ['/sys/fs/cgroup', '-type', 'd', '-not', '-path', '*/kubepods/*'])).map(
      line => `cgroup ${line}`,
    ),
    ...(await iptables()),
    ...folder(cacheRoot()).map(name => `cache ${name}`),
    ...folder(`${cacheRoot()}/platforms`).map(name => `platform ${name}`),
  ]
  console.log([...new Set(facts)].sort().join('\n'))
}

function pids(): string[] {
  return readdirSync('/proc').filter(name => /^\d+$/.test(name))
}

function processes(): string[] {
  const commands = pids().flatMap(pid => {
    const command = commandOf(pid)
    const state = /^State:\s+(\S)/m.exec(read(`/proc/${pid}/status`))?.[1]
    const name = /^Name:\s+(.*)$/m.exec(read(`/proc/${pid}/status`))?.[1]
    if (state === 'Z') return [`zombie ${name}`]
    return command ? [`process ${command}`] : []
  })
  const counts = new Map<string, number>()
  for (const command of commands) counts.set(command, (counts.get(command) ?? 0) + 1)
  return [...counts].map(([command, count]) => (count > 1 ? `${command} (${count} times)` : command))
}

/** By the first process in it: numbers are given anew. A namespace without a process can only be held by a mount. */
function namespacesInUse(): string[] {
  const first = new Map<string, string>()
  for (const pid of pids().sort((a, b) => Number(a) - Number(b)))
    for (const kind of namespaces) {
      const namespace = link(`/proc/${pid}/ns/${kind}`)
      if (namespace && !first.has(namespace)) first.set(namespace, `${kind} of ${commandOf(pid)}`)
    }
  return [...first.values()].map(held => `namespace ${held}`)
}

async function iptables(): Promise<string[]> {
  const found = await execa('which', ['iptables-save'], { reject: false })
  return found.exitCode === 0 ? (await output('iptables-save', [])).map(line => `iptables ${line}`) : []
}

async function output(program: string, args: string[]): Promise<string[]> {
  return (await execa(program, args)).stdout.split('\n').filter(Boolean)
}

function folder(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

function commandOf(pid: string): string {
  return read(`/proc/${pid}/cmdline`).split('\0').filter(Boolean).slice(0, 3).join(' ').slice(0, 160)
}

function link(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined // the process has ended, or is a zombie
  }
}

const lines = (file: string) => read(file).split('\n').filter(Boolean)

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '' // the process has ended
  }
}

void main()
