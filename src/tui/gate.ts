import type { WriteStream } from 'node:tty'

export interface Gate {
  /** What Ink writes to. */
  readonly stream: WriteStream
  /** Holds back what Ink writes while another screen is shown; nothing of it is lost. */
  hold(): void
  release(): void
}

/** The terminal as Ink sees it. */
export function createGate(stdout: WriteStream): Gate {
  let held: string[] | undefined
  let gone = false
  // A reader that closed (`| head`, a lost connection) must not end an installation (EPIPE).
  stdout.on('error', () => {
    gone = true
  })
  const write = (chunk: unknown): boolean => {
    if (gone) return true
    if (!held) return stdout.write(String(chunk))
    held.push(String(chunk))
    return true
  }
  const stream = new Proxy(stdout, {
    get(target, name) {
      if (name === 'write') return write
      // Ink wipes screen and scrollback (CSI 3J) when a frame is as tall as the terminal, also right after the
      // terminal became smaller. Our frames fit by themselves, so it need not know (ink#450).
      if (name === 'rows') return Number.POSITIVE_INFINITY
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  return {
    stream,
    hold() {
      held ??= []
    },
    release() {
      const late = held ?? []
      held = undefined
      for (const chunk of late) write(chunk)
    },
  }
}
