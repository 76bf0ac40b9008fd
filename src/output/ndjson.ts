import type { Envelope } from '../engine/events.ts'
import type { Reader } from './reader.ts'
import type { Sink } from './sink.ts'

/** One envelope per line, as it happens; the last line is `run.finished`. */
export function ndjsonReader(out: Sink): Reader {
  return {
    on: (envelope: Envelope) => out.write(`${JSON.stringify(envelope)}\n`),
    close: () => undefined,
  }
}
