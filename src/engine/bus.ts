import type { Clock } from './context.ts'
import type { Emit, Envelope, Event } from './events.ts'

export type Listener = (envelope: Envelope) => void

export interface Bus {
  readonly emit: Emit
  /** Replays what was emitted before, then follows: a late face misses nothing. */
  subscribe(listener: Listener): () => void
}

export interface BusOptions {
  readonly run: string
  readonly clock: Clock
  /** Applied to every event before anybody sees it. */
  redact(event: Event): Event
}

/** One writer, many readers. Events are numbered and redacted here, once. */
export function createBus({ run, clock, redact }: BusOptions): Bus {
  const past: Envelope[] = []
  const listeners = new Set<Listener>()
  return {
    emit(event) {
      const envelope: Envelope = {
        v: 1,
        seq: past.length,
        at: new Date(clock.now()).toISOString(),
        run,
        event: redact(event),
      }
      past.push(envelope)
      for (const listener of listeners) listener(envelope)
    },
    subscribe(listener) {
      for (const envelope of past) listener(envelope)
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
