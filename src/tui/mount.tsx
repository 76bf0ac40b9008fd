import type { WriteStream } from 'node:tty'
import { render } from 'ink'
import { App } from '../../components/App.tsx'
import type { Store } from '../engine/store.ts'
import { hintsOf } from './keymap.ts'

export interface Mounted {
  /** Settles when the tree is gone; rejects when a component threw. */
  readonly closed: Promise<unknown>
  /** Draws what the state says now. */
  flush(): void
  unmount(): void
}

export interface MountOptions {
  readonly store: Store
  readonly stdout: WriteStream
  readonly stdin: NodeJS.ReadStream
}

/** Shortest time between two drawings; Ink writes at most 15 frames a second anyway. */
const FRAME_MS = 33

/** The one tree of this process, drawn anew when the state has changed. */
export function mount({ store, stdout, stdin }: MountOptions): Mounted {
  const draw = () => {
    const state = store.getState()
    return <App state={state} keys={hintsOf(state)} />
  }
  const ink = render(draw(), { stdout, stdin, exitOnCtrlC: false, maxFps: 15, patchConsole: true })
  // In the same tick: a tree that ends before this is asked for would leave a promise for ever open (ink#542).
  const closed = ink.waitUntilExit()

  let drawnAt = 0
  let timer: NodeJS.Timeout | undefined
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    drawnAt = Date.now()
    ink.rerender(draw())
  }
  const stop = store.subscribe(() => {
    timer ??= setTimeout(flush, Math.max(0, FRAME_MS - (Date.now() - drawnAt)))
  })
  return {
    closed,
    flush,
    unmount() {
      stop()
      clearTimeout(timer)
      ink.unmount()
    },
  }
}
