import { emitKeypressEvents } from 'node:readline'
import type { Readable, Writable } from 'node:stream'

/** A key as Node's parser names it, or a whole paste. */
export interface Key {
  readonly name: string
  /** What it would write into a field; empty for keys that write nothing. */
  readonly text: string
  readonly ctrl: boolean
  readonly meta: boolean
  readonly shift: boolean
}

export interface KeyboardOptions {
  readonly stdin: Readable & { readonly isTTY?: boolean; setRawMode?(on: boolean): unknown }
  readonly stdout: Writable
  onKey(key: Key): void
}

interface Pressed {
  readonly sequence?: string
  readonly name?: string
  readonly ctrl?: boolean
  readonly meta?: boolean
  readonly shift?: boolean
}

/** Ask the terminal to mark what is pasted, so that a pasted `q` is text (xterm's mode 2004). */
export const PASTE_ON = '\u001b[?2004h'
export const PASTE_OFF = '\u001b[?2004l'

/** How long a lone Escape waits for the rest of a sequence. */
const ESCAPE_MS = 60

/**
 * Reads keys by Node's own parser. Ink's `useInput` crashes on Ctrl+F1 (ink#901) and hands a burst of keys to a
 * handler that still sees the state before the burst.
 */
export function openKeyboard({ stdin, stdout, onKey }: KeyboardOptions): { close(): void } {
  let paste: string | undefined
  const press = (text: string | undefined, pressed: Pressed) => {
    if (pressed.name === 'paste-start') {
      paste = ''
    } else if (pressed.name === 'paste-end') {
      const text = paste ?? ''
      paste = undefined
      onKey({ name: 'paste', text, ctrl: false, meta: false, shift: false })
    } else if (paste !== undefined) {
      paste += text ?? pressed.sequence ?? ''
    } else {
      onKey(keyOf(text, pressed))
    }
  }
  // The second argument is typed as a whole readline interface, of which only this number is read.
  emitKeypressEvents(stdin, { escapeCodeTimeout: ESCAPE_MS } as never)
  stdin.on('keypress', press)
  stdin.setRawMode?.(true)
  stdout.write(PASTE_ON)
  stdin.resume()
  return {
    close() {
      stdin.off('keypress', press)
      stdout.write(PASTE_OFF)
      stdin.setRawMode?.(false)
      stdin.pause()
    },
  }
}

function keyOf(text: string | undefined, pressed: Pressed): Key {
  const { name = text ?? '', ctrl = false, meta = false, shift = false } = pressed
  const writes = text !== undefined && !ctrl && !meta && !/[\u0000-\u001f\u007f]/.test(text)
  // Node calls a lone Escape "meta".
  return { name, text: writes ? text : '', ctrl, meta: meta && name !== 'escape', shift }
}
