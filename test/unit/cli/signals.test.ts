import { EventEmitter } from 'node:events'
import { expect, it } from 'vitest'
import { listenForSignals } from '../../../src/signals.ts'

function setup() {
  const source = new EventEmitter()
  const left: number[] = []
  return { source, left, signals: listenForSignals(source, code => left.push(code)) }
}

it('aborts on the first signal and leaves on the second', () => {
  const { source, left, signals } = setup()
  source.emit('SIGINT')
  expect(signals.signal.aborted).toBe(true)
  expect(signals.received()).toBe('SIGINT')
  expect(left).toEqual([])
  source.emit('SIGTERM')
  expect(left).toEqual([143])
  expect(signals.received()).toBe('SIGINT')
})

it('takes a key for a signal', () => {
  const { left, signals } = setup()
  signals.interrupt('SIGINT')
  expect(signals.signal.aborted).toBe(true)
  signals.interrupt('SIGINT')
  expect(left).toEqual([130])
})

it('leaves no listener behind', () => {
  const { source, signals } = setup()
  signals.stop()
  expect(source.eventNames()).toEqual([])
})
