import { Writable } from 'node:stream'
import { expect, it } from 'vitest'
import { sinkOf } from '../../../src/output/sink.ts'

/** A stream whose reader goes away after the first piece. */
function leaving(code: string): { stream: Writable; written: string[] } {
  const written: string[] = []
  const stream = new Writable({
    autoDestroy: false,
    write(chunk: Buffer, _encoding, done) {
      if (written.length > 0) return done(Object.assign(new Error(code), { code }))
      written.push(chunk.toString())
      done()
    },
  })
  return { stream, written }
}

const settled = () => new Promise(resolve => setImmediate(resolve))

it('stops writing when the reader has left, and says nothing', async () => {
  const { stream, written } = leaving('EPIPE')
  const errors: Error[] = []
  const sink = sinkOf(stream, error => errors.push(error))
  for (const text of ['a', 'b', 'c']) {
    sink.write(text)
    await settled()
  }
  expect(written).toEqual(['a'])
  expect(sink.open).toBe(false)
  expect(errors).toEqual([])
})

it('tells another error once', async () => {
  const { stream } = leaving('ENOSPC')
  const errors: Error[] = []
  const sink = sinkOf(stream, error => errors.push(error))
  for (const text of ['a', 'b', 'c']) {
    sink.write(text)
    await settled()
  }
  expect(errors.map(error => error.message)).toEqual(['ENOSPC'])
})
