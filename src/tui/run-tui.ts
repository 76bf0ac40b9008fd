import type { WriteStream } from 'node:tty'
import type { Bus } from '../engine/bus.ts'
import type { Ask } from '../engine/events.ts'
import { type Problem, ProblemError, problemOf } from '../engine/problem.ts'
import { problemsOf } from '../engine/problems.ts'
import { runningSteps } from '../engine/select.ts'
import { initialState, type State } from '../engine/state.ts'
import { createStore } from '../engine/store.ts'
import type { Capabilities } from '../engine/view.ts'
import { createController } from './controller.ts'
import { createGate } from './gate.ts'
import { guardTerminal } from './guard.ts'
import { openKeyboard } from './keyboard.ts'
import { mount } from './mount.tsx'
import { createQuestions } from './questions.ts'
import { restoreOnExit } from './restore.ts'
import { secretScreen as createSecretScreen } from './secret-screen.tsx'
import { followSize, sizeOf } from './size.ts'
import { summaryText } from './summary.tsx'

export interface TuiOptions {
  readonly bus: Bus
  /** `cancel` settles the running step; `force` leaves at once, after the terminal was given back. */
  readonly abort: { cancel(): void; force(): void }
  /** Reads one secret, when the user asks to see or copy it. */
  reveal(name: string): Promise<string>
  readonly capabilities: Capabilities
  readonly stdin: NodeJS.ReadStream
  readonly stdout: WriteStream
  /** Whether to wait for the user when the run is over. Default: when there is something to look at. */
  stay?(state: State): boolean
}

export interface Tui {
  /** Answers come from keys; rejects with an AbortError when the signal fires. */
  readonly ask: Ask
  /** The terminal is given back and the summary is printed. */
  readonly finished: Promise<void>
  /** Gives the terminal back now, e.g. because of a signal. */
  leave(): void
}

/** The wizard: one more reader of the events, and the keys that answer them. */
export function runTui(options: TuiOptions): Tui {
  const { bus, stdin, stdout, capabilities, stay = waits } = options
  const store = createStore(initialState({ capabilities, size: sizeOf(stdout), now: Date.now() }))
  const gate = createGate(stdout)
  const secretScreen = createSecretScreen({ store, stdout, gate })
  const unrestore = restoreOnExit(stdout, () => secretScreen.shown)
  const unguard = guardTerminal(text => bus.emit({ type: 'notice', text }))
  const mounted = mount({ store, stdin, stdout: gate.stream })
  const questions = createQuestions({ store, emit: bus.emit })

  let settle: ((crash?: Problem) => void) | undefined
  const finished = new Promise<void>((resolve, reject) => {
    settle = crash => (crash ? reject(new ProblemError(crash)) : resolve())
  })
  const leave = (crash?: Problem) => {
    const done = settle
    if (!done) return
    settle = undefined
    unfollow()
    clearInterval(clock)
    secretScreen.close()
    store.dispatch({ type: 'left' })
    mounted.flush()
    mounted.unmount()
    keyboard.close()
    unguard()
    unrestore()
    stdout.write(summaryText(store.getState()))
    unsubscribe()
    done(crash)
  }
  const controller = createController({ ...options, store, questions, secretScreen, leave: () => leave() })
  const keyboard = openKeyboard({ stdin, stdout, onKey: controller })
  const unfollow = followSize(stdout, size => {
    store.dispatch({ type: 'resized', ...size })
    secretScreen.redraw()
  })
  const clock = setInterval(() => {
    const state = store.getState()
    // The clock stands while nothing runs: a screen that waits for an answer costs not one byte.
    if (runningSteps(state).length > 0 && !capabilities.screenReader)
      store.dispatch({ type: 'ticked', now: Date.now() })
  }, 1_000)
  const unsubscribe = bus.subscribe(envelope => {
    store.dispatch({ type: 'event', envelope })
    if (envelope.event.type === 'run.finished' && !stay(store.getState())) setImmediate(() => leave())
  })
  mounted.closed.catch((thrown: unknown) => {
    leave(problemOf(thrown))
  })
  return { ask: questions.ask, finished, leave: () => leave() }
}

const STORIES = ['wizard', 'install', 'rollback', 'uninstall']

/** A story that ends with something to look at waits for its reader; a plain answer does not. */
function waits(state: State): boolean {
  if (state.finished?.status === 'cancelled' || state.view.cancelling) return false
  const told = STORIES.includes(state.run?.command ?? '')
  return state.access !== undefined || (told && problemsOf(state).length > 0)
}
