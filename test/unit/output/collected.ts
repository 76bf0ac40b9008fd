import type { Envelope } from '../../../src/engine/events.ts'
import type { Reader } from '../../../src/output/reader.ts'
import type { Sink } from '../../../src/output/sink.ts'

/** A sink that keeps what was written. */
export function collector(): Sink & { text(): string } {
  let all = ''
  return {
    open: true,
    write(text) {
      all += text
    },
    text: () => all,
  }
}

export function replay(reader: Reader, envelopes: readonly Envelope[]): void {
  for (const envelope of envelopes) reader.on(envelope)
  reader.close()
}
