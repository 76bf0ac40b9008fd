import { describe, expect, it } from 'vitest'
import { clickhouseCode } from '../../../src/platform/clickhouse/errors.ts'
import { clientHello, NativeException, parseHello } from '../../../src/platform/clickhouse/native.ts'

const text = (value: string) => [value.length, ...Buffer.from(value)]

describe('clientHello', () => {
  it('is the packet number, the name, the versions and the login', () => {
    const bytes = clientHello({ user: 'u', password: 'p'.repeat(200), database: 'd' })
    expect([...bytes.subarray(0, 18)]).toEqual([0, ...text('thinkube-langfuse').slice(0, 17)])
    // 1, 0, 54401 as LEB128, "d", "u", then the length 200 in two bytes.
    expect([...bytes.subarray(19, 30)]).toEqual([1, 0, 0x81, 0xa9, 0x03, 1, 100, 1, 117, 200, 1])
    expect(bytes.length).toBe(30 + 200)
  })
})

describe('parseHello', () => {
  const answer = Buffer.from([
    0,
    ...text('ClickHouse'),
    25,
    3,
    0x81,
    0xa9,
    0x03,
    ...text('UTC'),
    ...text('node'),
    6,
  ])

  it('reads the version', () => {
    expect(parseHello(answer)).toBe('25.3.6')
  })

  it('waits for the rest, wherever the bytes are cut', () => {
    for (let cut = 0; cut < answer.length; cut++) expect(parseHello(answer.subarray(0, cut))).toBeUndefined()
  })

  it('throws the exception a server answers with', () => {
    const refusal = Buffer.from([2, 4, 2, 0, 0, ...text('DB::Exception'), ...text('no such user'), 0, 0])
    expect(() => parseHello(refusal)).toThrow(NativeException)
    try {
      parseHello(refusal)
    } catch (error) {
      expect(clickhouseCode(error)).toBe(516)
    }
  })

  it('says that another protocol is none of ClickHouse', () => {
    expect(() => parseHello(Buffer.from('HTTP/1.1 400'))).toThrow(/native protocol/)
  })
})
