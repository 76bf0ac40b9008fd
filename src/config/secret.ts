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
