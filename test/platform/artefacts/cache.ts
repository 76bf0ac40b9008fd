import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { withLock } from './lock.ts'

/** Something that is built once from its inputs and then kept: a binary, an unpacked package, a layer. */
export type Artefact = {
  /** Kebab-case; names the folder and the progress lines. */
  name: string
  /** Everything that decides what comes out: versions, sources, the keys of other artefacts. */
  inputs: readonly (string | Uint8Array)[]
  /** How long a build takes on a small machine, for the reader who waits: "8 min". */
  usually?: string
  /** Writes the result into `dir`, which exists and is empty. */
  build(dir: string): Promise<void>
}

/** Where everything is kept that outlives a run: `THINKUBE_LANGFUSE_CACHE`, or ~/.cache/thinkube-langfuse. */
export function cacheRoot(): string {
  return process.env.THINKUBE_LANGFUSE_CACHE ?? join(homedir(), '.cache', 'thinkube-langfuse')
}

/** One line on stderr with the seconds since this process began. */
export function progress(line: string): void {
  process.stderr.write(`${process.uptime().toFixed(1).padStart(6)} s  ${line}\n`)
}

/** A key over inputs that tells ['ab', 'c'] from ['a', 'bc']. */
export function keyOf(inputs: Artefact['inputs']): string {
  const hash = createHash('sha256')
  for (const input of inputs) {
    const bytes = typeof input === 'string' ? Buffer.from(input) : input
    hash.update(`${bytes.byteLength}:`).update(bytes)
  }
  return hash.digest('hex').slice(0, 16)
}

/** "8 s", "1 min 10 s" */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/**
 * The folder with the built artefact. Built in a folder of its own that gets its name when complete, under a lock:
 * an interrupted build leaves nothing that looks finished, and two processes build it once.
 */
export async function artefact(a: Artefact): Promise<string> {
  const dir = join(cacheRoot(), 'artefacts', `${a.name}-${keyOf(a.inputs)}`)
  if (existsSync(dir)) return dir
  return withLock(
    join(cacheRoot(), 'locks', `${a.name}.lock`),
    async () => {
      if (existsSync(dir)) return dir
      const unfinished = `${dir}.unfinished`
      await rm(unfinished, { recursive: true, force: true })
      await mkdir(unfinished, { recursive: true })
      progress(`building ${a.name}${a.usually ? ` (usually ${a.usually})` : ''}…`)
      const began = Date.now()
      await a.build(unfinished)
      await rename(unfinished, dir)
      progress(`built ${a.name} in ${duration(Date.now() - began)}`)
      return dir
    },
    () => progress(`waiting for ${a.name}, which is being built…`),
  )
}
