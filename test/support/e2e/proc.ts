import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

const EVERY_MS = 50
const LISTEN = '0A'

/** Looks at a process again and again until it is told to stop: what it listens on, and what others can read of it. */
export function watchProcess(pid: number): { stop(): { listened: string[]; visible: string } } {
  const listened = new Set<string>()
  const visible = new Set<string>()
  const look = () => {
    for (const socket of listeningSockets(pid)) listened.add(socket)
    for (const file of ['cmdline', 'environ'])
      visible.add(gone(() => readFileSync(`/proc/${pid}/${file}`, 'utf8')) ?? '')
  }
  look()
  const timer = setInterval(look, EVERY_MS)
  return {
    stop() {
      clearInterval(timer)
      return { listened: [...listened], visible: [...visible].join('\n').replaceAll('\0', '\n') }
    },
  }
}

/** Local addresses, in hexadecimal, of the TCP sockets on which this very process listens. */
export function listeningSockets(pid: number): string[] {
  const inodes = new Set(
    (gone(() => readdirSync(`/proc/${pid}/fd`)) ?? []).flatMap(fd => {
      const inode = /^socket:\[(\d+)\]$/.exec(gone(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? '')?.[1]
      return inode ? [inode] : []
    }),
  )
  return ['tcp', 'tcp6'].flatMap(table =>
    (gone(() => readFileSync(`/proc/${pid}/net/${table}`, 'utf8')) ?? '')
      .split('\n')
      .slice(1)
      .map(line => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === LISTEN && inodes.has(inode ?? ''))
      .map(([, local]) => `${table} ${local}`),
  )
}

/** Undefined when the process, or the descriptor, went away while it was looked at. */
function gone<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (thrown) {
    if (['ENOENT', 'ESRCH', 'EACCES'].includes((thrown as NodeJS.ErrnoException).code ?? '')) return undefined
    throw thrown
  }
}
