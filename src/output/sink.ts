import type { Writable } from 'node:stream'

/** Where a face writes: one finished piece of text at a time. */
export interface Sink {
  write(text: string): void
  /** False once the reader has gone away. */
  readonly open: boolean
}

/** The reader closed its end (`| head`), or the terminal is gone. */
const GONE = new Set(['EPIPE', 'EIO', 'ECONNRESET', 'ERR_STREAM_DESTROYED'])

/**
 * A stream whose reader may leave. Then nothing more is written and the work goes on: an installation must not die
 * half-way because somebody piped it into `head`. Any other write error ends in `onError`, once.
 */
export function sinkOf(stream: Writable, onError: (error: Error) => void = () => undefined): Sink {
  let open = true
  stream.on('error', (error: NodeJS.ErrnoException) => {
    const first = open
    open = false
    if (first && !GONE.has(error.code ?? '')) onError(error)
  })
  return {
    write(text) {
      if (open) stream.write(text)
    },
    get open() {
      return open
    },
  }
}
