import { createHash } from 'node:crypto'
import { inspect } from 'node:util'

/** A value that does not show itself: not in logs, JSON, templates or dumps. `reveal()` is greppable. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  reveal(): string {
    return this.#value
  }

  /** Twelve hex digits of its SHA-256: enough to compare by, useless to guess by. */
  fingerprint(): string {
    return createHash('sha256').update(this.#value).digest('hex').slice(0, 12)
  }

  toString(): string {
    return '‹hidden›'
  }

  toJSON(): string {
    return '‹hidden›'
  }

  [inspect.custom](): string {
    return '‹hidden›'
  }
}
