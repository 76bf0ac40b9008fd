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
    const words = read(`/proc/${pid}/cmdline`).split('\0').filter(Boolean)
    const state = /^State:\s+(\S)/m.exec(read(`/proc/${pid}/status`))?.[1]
    const name = /^Name:\s+(.*)$/m.exec(read(`/proc/${pid}/status`))?.[1]
    if (state === 'Z') return [`zombie ${name}`]
    return words.length > 0 ? [`process ${words.slice(0, 3).join(' ').slice(0, 160)}`] : []
  })
  const counts = new Map<string, number>()
  for (const command of commands) counts.set(command, (counts.get(command) ?? 0) + 1)
  return [...counts].map(([command, count]) => (count > 1 ? `${command} (${count} times)` : command))
}

/** Namespaces that live without a process of ours, such as bound ones, show as mounts. */
function namespacesInUse(): string[] {
  return pids().flatMap(pid =>
    namespaces.flatMap(kind => {
      try {
        return [`namespace ${readlinkSync(`/proc/${pid}/ns/${kind}`)}`]
      } catch {
        return [] // the process has ended, or is a zombie
      }
    }),
  )
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

const lines = (file: string) => read(file).split('\n').filter(Boolean)

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '' // the process has ended
  }
}

void main()
