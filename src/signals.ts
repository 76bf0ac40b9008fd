import { SIGNAL_EXIT_CODES, type SignalName } from './cli/exit-codes.ts'

export interface Signals {
  /** Aborted by the first signal, or by `interrupt`. */
  readonly signal: AbortSignal
  /** The signal that came first. */
  readonly received: () => SignalName | undefined
  /** A key that means the same, such as Ctrl-C in raw mode, where the terminal sends no signal. */
  interrupt(name: SignalName): void
  stop(): void
}

export interface SignalSource {
  on(name: NodeJS.Signals, listener: () => void): unknown
  off(name: NodeJS.Signals, listener: () => void): unknown
}

/**
 * The first signal asks the run to settle; the second one leaves at once, with the same exit code. `SIGBREAK` is
 * Ctrl-Break and the closing of a console on Windows.
 */
export function listenForSignals(source: SignalSource, leave: (exitCode: number) => void): Signals {
  const controller = new AbortController()
  let first: SignalName | undefined
  const interrupt = (name: SignalName) => {
    if (first) {
      leave(SIGNAL_EXIT_CODES[name])
      return
    }
    first = name
    controller.abort()
  }
  const listeners: readonly [NodeJS.Signals, () => void][] = [
    ['SIGINT', () => interrupt('SIGINT')],
    ['SIGTERM', () => interrupt('SIGTERM')],
    ['SIGHUP', () => interrupt('SIGHUP')],
    ['SIGBREAK', () => interrupt('SIGTERM')],
  ]
  for (const [name, listener] of listeners) source.on(name, listener)
  return {
    signal: controller.signal,
    received: () => first,
    interrupt,
    stop() {
      for (const [name, listener] of listeners) source.off(name, listener)
    },
  }
}
