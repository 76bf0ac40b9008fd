import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Runs `work` while no other process on this machine does so under the same lock file.
 * The kernel holds the lock for a `flock` child whose standard input is our pipe: when this process dies, by
 * whatever signal, the pipe closes, the child ends and the next one in line gets the lock. Nothing goes stale.
 */
export async function withLock<T>(file: string, work: () => Promise<T>, waiting?: () => void): Promise<T> {
  await mkdir(dirname(file), { recursive: true })
  // detached: a Ctrl-C on the terminal must not release the lock before we have stopped working.
  const holder = spawn('flock', [file, 'sh', '-c', 'echo held; exec cat >/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  })
  const ended = once(holder, 'close')
  const held = once(holder.stdout, 'data')
  const patience = waiting && setTimeout(waiting, 1_000)
  const first = await Promise.race([held.then(() => 'held' as const), ended.then(() => 'ended' as const)])
  clearTimeout(patience)
  if (first === 'ended') throw new Error(`cannot lock ${file}: flock ended with ${holder.exitCode}`)
  try {
    return await work()
  } finally {
    holder.stdin.end()
    await ended
  }
}
