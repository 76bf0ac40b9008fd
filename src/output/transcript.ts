import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import envPaths from 'env-paths'
import type { Envelope } from '../engine/events.ts'
import type { Reader } from './reader.ts'

/** Where the records of runs are kept: `$XDG_STATE_HOME/thinkube-langfuse`, by default under ~/.local/state. */
export const transcriptFolder = (): string => envPaths('thinkube-langfuse', { suffix: '' }).log

/** `2026-11-24T17-58-47Z-install-k3f9.ndjson`: sorts by time and is a valid name everywhere. */
export function transcriptPath(
  folder: string,
  { at, command, run }: { at: Date; command: string; run: string },
): string {
  const time = `${at.toISOString().slice(0, 19).replaceAll(':', '-')}Z`
  return join(
    folder,
    `${time}-${command.replaceAll(/[^a-z]+/g, '-')}-${run.replaceAll(/[^A-Za-z0-9-]/g, '')}.ndjson`,
  )
}

export interface Transcript extends Reader {
  readonly path: string
}

/**
 * The redacted record of a run, always kept, readable by its owner alone. Written line by line and at once: a killed
 * run leaves what it knew. A disk that fails ends the record, not the run; `onError` hears of it once.
 */
export function openTranscript(path: string, onError: (error: Error) => void): Transcript {
  let file: number | undefined
  const guarded = (work: () => void) => {
    try {
      work()
    } catch (error) {
      file = undefined
      onError(error as Error)
    }
  }
  guarded(() => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    file = openSync(path, 'a', 0o600)
  })
  return {
    path,
    on(envelope: Envelope) {
      const open = file
      if (open !== undefined) guarded(() => writeSync(open, `${JSON.stringify(envelope)}\n`))
    },
    close() {
      const open = file
      file = undefined
      if (open !== undefined) guarded(() => closeSync(open))
    },
  }
}
