import { PassThrough } from 'node:stream'
import type { WriteStream } from 'node:tty'
import { expect, it } from 'vitest'
import { createBus } from '../../../src/engine/bus.ts'
import { initialState } from '../../../src/engine/state.ts'
import { createStore } from '../../../src/engine/store.ts'
import { clipboard } from '../../../src/tui/clipboard.ts'
import { createGate } from '../../../src/tui/gate.ts'
import { guardTerminal } from '../../../src/tui/guard.ts'
import { createQuestions } from '../../../src/tui/questions.ts'
import { followSize, sizeOf } from '../../../src/tui/size.ts'

const terminal = () => new PassThrough() as unknown as WriteStream & PassThrough

it('holds back what is drawn and loses nothing of it', () => {
  const stdout = terminal()
  const gate = createGate(stdout)
  gate.stream.write('a')
  gate.hold()
  gate.stream.write('b')
  gate.stream.write('c')
  expect(String(stdout.read())).toBe('a')
  gate.release()
  gate.stream.write('d')
  expect(String(stdout.read())).toBe('bcd')
})

it('goes on when nobody reads any more', () => {
  const stdout = terminal()
  const gate = createGate(stdout)
  stdout.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
  expect(gate.stream.write('x')).toBe(true)
  expect(stdout.read()).toBeNull()
})

it('tells Ink the width, and of the height only that there is enough', () => {
  const { stream } = createGate(Object.assign(terminal(), { columns: 101, rows: 33 }))
  expect(stream.columns).toBe(101)
  expect(stream.rows).toBe(Number.POSITIVE_INFINITY)
})

it('believes in 80×24 where nothing is said', () => {
  expect(sizeOf({} as WriteStream)).toEqual({ columns: 80, rows: 24 })
})

it('follows the size until told to stop', () => {
  const stdout = Object.assign(terminal(), { columns: 90, rows: 30 })
  const sizes: unknown[] = []
  const stop = followSize(stdout, size => sizes.push(size))
  stdout.emit('resize')
  stop()
  stdout.emit('resize')
  expect(sizes).toEqual([{ columns: 90, rows: 30 }])
})

it('turns warnings and stray words on stderr into notices, then gives stderr back', async () => {
  const notices: string[] = []
  const { write } = process.stderr
  const stop = guardTerminal(text => notices.push(text))
  process.stderr.write('one\ntw')
  process.stderr.write('o\nrest')
  process.emitWarning('planted', 'PlantedWarning')
  await new Promise(resolve => setImmediate(resolve))
  stop()
  expect(process.stderr.write).toBe(write)
  expect(notices).toEqual(['one', 'two', 'PlantedWarning: planted', 'rest'])
})

it('copies by OSC 52', () => {
  expect(clipboard('pä')).toBe(`\u001b]52;c;${Buffer.from('pä').toString('base64')}\u0007`)
})

function questioned() {
  const store = createStore(initialState())
  const clock = { now: () => 0, monotonic: () => 0, sleep: async () => {} }
  const bus = createBus({ run: 'r', clock, redact: event => event })
  bus.subscribe(envelope => store.dispatch({ type: 'event', envelope }))
  return { store, questions: createQuestions({ store, emit: bus.emit }) }
}

it('withdraws a question when its signal fires', async () => {
  const { store, questions } = questioned()
  const stop = new AbortController()
  const question = { type: 'confirm', id: 'q', text: 'Go on?', yes: 'Yes', no: 'No' } as const
  const asked = questions.ask(question, stop.signal)
  expect(store.getState().question).toEqual(question)
  stop.abort()
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' })
  expect(store.getState().question).toBeUndefined()
  expect(store.getState().paper).toEqual([])
})

it('puts the answer on paper, once', async () => {
  const { store, questions } = questioned()
  const asked = questions.ask(
    { type: 'confirm', id: 'q', text: 'Go on?', yes: 'Yes', no: 'No' },
    new AbortController().signal,
  )
  questions.answer('q', 'yes')
  questions.answer('q', 'no')
  await expect(asked).resolves.toBe('yes')
  expect(store.getState().paper).toEqual([{ is: 'answer', text: 'Go on?', answer: 'Yes' }])
})
