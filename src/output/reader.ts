import type { Envelope } from '../engine/events.ts'

/** Follows the bus and shows or keeps what it says. */
export interface Reader {
  on(envelope: Envelope): void
  /** The run is over, well or not; what was held back comes out now. Safe to call twice. */
  close(): void
  /**
   * Takes what a command hands over past the event stream (a key that was asked for), where stdout has a form that free
   * text would break.
   */
  print?(text: string): void
}
