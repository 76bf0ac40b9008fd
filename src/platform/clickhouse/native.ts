import type { Duplex } from 'node:stream'

/**
 * The first exchange of ClickHouse's native protocol, by which a native port proves itself: client Hello, server
 * Hello or exception. Numbers are LEB128, strings are length-prefixed.
 */

/** A revision that every server since 2018 speaks, and the last one whose Hello needs nothing after it. */
const REVISION = 54_401

export interface NativeLogin {
  readonly user: string
  readonly password: string
  readonly database: string
}

/** An exception packet; `code` is ClickHouse's error number. */
export class NativeException extends Error {
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.name = 'NativeException'
    this.code = code
  }
}

export function clientHello({ user, password, database }: NativeLogin): Buffer {
  return Buffer.concat([
    varint(0),
    text('thinkube-langfuse'),
    varint(1),
    varint(0),
    varint(REVISION),
    text(database),
    text(user),
    text(password),
  ])
}

/** The server's version (`25.3.6`); undefined when more bytes are needed. Throws a NativeException for a refusal. */
export function parseHello(bytes: Buffer): string | undefined {
  const reader = new Reader(bytes)
  try {
    return hello(reader)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function hello(reader: Reader): string {
  const packet = reader.varint()
  if (packet === 2) {
    const code = reader.int32()
    reader.text()
    const message = reader.text()
    throw new NativeException(code, message.split('\n', 1)[0]!)
  }
  if (packet !== 0) throw new Error(`the port does not speak ClickHouse's native protocol (packet ${packet})`)
  reader.text()
  const major = reader.varint()
  const minor = reader.varint()
  const revision = reader.varint()
  if (revision >= 54_058) reader.text()
  if (revision >= 54_372) reader.text()
  const patch = revision >= 54_401 ? reader.varint() : revision
  return `${major}.${minor}.${patch}`
}

/** A server says Hello at once; one of another protocol may wait for more from us for ever. */
const PATIENCE_MS = 10_000

/** Sends Hello over a stream and reads the answer. The caller destroys the stream. */
export function exchangeHello(stream: Duplex, login: NativeLogin): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0)
    const late = setTimeout(
      () => reject(new Error(`no Hello of ClickHouse's native protocol within ${PATIENCE_MS / 1000} s`)),
      PATIENCE_MS,
    )
    stream.once('close', () => clearTimeout(late))
    stream.on('error', reject)
    stream.once('close', () => reject(new Error('the connection was closed before the server said Hello')))
    stream.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      try {
        const version = parseHello(received)
        if (version !== undefined) resolve(version)
      } catch (error) {
        reject(error)
      }
    })
    stream.write(clientHello(login))
  })
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  while (rest > 127) {
    bytes.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  return Buffer.from([...bytes, rest])
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([varint(bytes.length), bytes])
}

/** Throws a RangeError where the bytes end. */
class Reader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  varint(): number {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#bytes.readUInt8(this.#at++)
      value += (byte & 127) * factor
      if (byte < 128) return value
    }
  }

  int32(): number {
    const value = this.#bytes.readInt32LE(this.#at)
    this.#at += 4
    return value
  }

  text(): string {
    const length = this.varint()
    if (this.#at + length > this.#bytes.length) throw new RangeError('the bytes end')
    this.#at += length
    return this.#bytes.toString('utf8', this.#at - length, this.#at)
  }
}
