import type { WriteStream } from 'node:tty'
import { flatten, problemOf } from '../engine/problem.ts'
import type { Store } from '../engine/store.ts'
import { clipboard } from './clipboard.ts'
import type { Reaction } from './intent.ts'
import type { Key } from './keyboard.ts'
import { keymap } from './keymap.ts'
import type { Questions } from './questions.ts'
import { COPIED, type SecretScreen } from './secret-screen.tsx'

export interface ControllerOptions {
  readonly store: Store
  readonly stdout: WriteStream
  readonly questions: Questions
  readonly secretScreen: SecretScreen
  readonly abort: { cancel(): void; force(): void }
  reveal(name: string): Promise<string>
  leave(): void
}

/** Carries out what keys mean. Each key sees the state that the key before it left. */
export function createController(options: ControllerOptions): (key: Key) => void {
  const { store, secretScreen } = options
  return key => {
    if (secretScreen.key(key)) return
    const reaction = keymap(key, store.getState())
    if (reaction) react(reaction, options)
  }
}

function react(reaction: Reaction, options: ControllerOptions): void {
  switch (reaction.type) {
    case 'answer':
      options.questions.answer(reaction.id, reaction.answer)
      break
    case 'cancel':
      cancel(options)
      break
    case 'leave':
      options.leave()
      break
    case 'reveal':
      withSecret(reaction.name, options, value => options.secretScreen.show(reaction.label, value))
      break
    case 'copy':
      withSecret(reaction.name, options, value => copy(value, reaction.label, options))
      break
    case 'copy-text':
      copy(reaction.text, reaction.label, options)
      break
    default:
      options.store.dispatch(reaction)
  }
}

function cancel({ store, secretScreen, abort, leave }: ControllerOptions): void {
  const { finished, view } = store.getState()
  secretScreen.close()
  if (finished) {
    leave()
  } else if (view.cancelling) {
    leave()
    abort.force()
  } else {
    store.dispatch({ type: 'cancelling' })
    abort.cancel()
  }
}

function copy(value: string, label: string, { store, stdout }: ControllerOptions): void {
  stdout.write(clipboard(value))
  store.dispatch({ type: 'hinted', hint: { text: `${label}: ${COPIED}`, is: 'ok' } })
}

/** Fetches the secret only now, and only for as long as it takes to use it. */
function withSecret(name: string, { store, reveal }: ControllerOptions, use: (value: string) => void): void {
  store.dispatch({ type: 'hinted', hint: { text: 'Reading…', is: 'muted' } })
  reveal(name).then(
    value => {
      store.dispatch({ type: 'hinted', hint: undefined })
      if (!store.getState().view.left) use(value)
    },
    (thrown: unknown) => {
      const text = flatten(problemOf(thrown).summary)
      store.dispatch({ type: 'hinted', hint: { text, is: 'bad' } })
    },
  )
}
