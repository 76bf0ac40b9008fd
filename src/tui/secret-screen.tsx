import type { WriteStream } from 'node:tty'
import { renderToString } from 'ink'
import { brushOf } from '../../components/drawing/brush.ts'
import { Rows } from '../../components/parts/Rows.tsx'
import { secret } from '../../components/screens/secret.ts'
import type { Store } from '../engine/store.ts'
import { clipboard } from './clipboard.ts'
import type { Gate } from './gate.ts'
import type { Key } from './keyboard.ts'
import { ENTER_ALTERNATE, LEAVE_ALTERNATE } from './restore.ts'

export interface SecretScreen {
  readonly shown: boolean
  show(label: string, value: string): void
  /** True when the key was meant for this screen. */
  key(key: Key): boolean
  redraw(): void
  close(): void
}

export interface SecretScreenOptions {
  readonly store: Store
  readonly stdout: WriteStream
  readonly gate: Gate
}

const KEYS = [
  { keys: 'Esc', does: 'hide' },
  { keys: 'c', does: 'copy' },
]

/**
 * One secret, alone, on the alternate screen: never in the scrollback, never in the state, forgotten when it is left.
 * What the wizard draws meanwhile waits behind the gate.
 */
export function secretScreen({ store, stdout, gate }: SecretScreenOptions): SecretScreen {
  let open: { label: string; value: string; hint?: string } | undefined
  const redraw = () => {
    if (!open) return
    const state = store.getState()
    const lines = secret(
      { label: open.label, value: open.value, hint: open.hint, keys: KEYS },
      brushOf(state),
    )
    const { columns } = state.view.size
    const drawn = renderToString(<Rows lines={lines} capabilities={state.view.capabilities} indent={0} />, {
      columns,
    })
    stdout.write(`\u001b[2J\u001b[H\r\n${drawn.replaceAll('\n', '\r\n')}`)
  }
  const close = () => {
    if (!open) return
    open = undefined
    stdout.write(LEAVE_ALTERNATE)
    gate.release()
  }
  return {
    get shown() {
      return open !== undefined
    },
    show(label, value) {
      gate.hold()
      stdout.write(ENTER_ALTERNATE)
      open = { label, value }
      redraw()
    },
    key(key) {
      if (!open || key.ctrl) return false
      if (key.name === 'c') {
        stdout.write(clipboard(open.value))
        open = { ...open, hint: COPIED }
        redraw()
      } else if (['escape', 'return', 'enter', 'q', 'backspace'].includes(key.name)) {
        close()
      }
      return true
    },
    redraw,
    close,
  }
}

/** A terminal gives no receipt, so no more than this can be said. */
export const COPIED = "handed to the terminal's clipboard"
