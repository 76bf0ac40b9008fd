import type { Envelope } from '../engine/events.ts'
import { parsed } from './json.ts'
import type { Reader } from './reader.ts'
import type { Sink } from './sink.ts'

/** One envelope per line, as it happens; the last line is `run.finished`. */
export function ndjsonReader(out: Sink): Reader {
  let last: Envelope | undefined
  const write = (line: object) => out.write(`${JSON.stringify(line)}\n`)
  return {
    on(envelope) {
      last = envelope
      write(envelope)
    },
    close: () => undefined,
    // Not an event of the bus, which would redact it and keep it in the record; so it has no number of its own.
    print: text => write({ ...last, event: { type: 'result', result: parsed(text) } }),
  }
}
