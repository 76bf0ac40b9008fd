import { connect } from 'node:net'
import { messageOf } from '../log.ts'

/** An exception of the server, as golang-migrate prints it. */
export class NativeError extends Error {}

function varint(value: number): Buffer {
  const bytes: number[] = []
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.from([...bytes, rest])
    bytes.push((rest & 0x7f) | 0x80)
  }
}
const text = (value: string): Buffer => Buffer.concat([varint(Buffer.byteLength(value)), Buffer.from(value)])

function readText(data: Buffer, at: number): { value: string; next: number } | undefined {
  let length = 0
  let shift = 0
  let i = at
  for (; ; i++) {
    const byte = data[i]
    if (byte === undefined) return undefined
    length |= (byte & 0x7f) << shift
    shift += 7
    if (byte < 0x80) break
  }
  const start = i + 1
  return data.length < start + length
    ? undefined
    : { value: data.subarray(start, start + length).toString(), next: start + length }
}

function readException(data: Buffer): NativeError | undefined {
  if (data.length < 5) return undefined
  const name = readText(data, 5)
  const message = name && readText(data, name.next)
  return (
    message &&
    new NativeError(`code: ${data.readInt32LE(1)}, message: ${message.value.replace(/^DB::Exception: /, '')}`)
  )
}

export type HelloTarget = { host: string; port: number; user: string; password: string; database: string }

/** The words of Go's dialer for what Node calls a code. */
function dialError(error: unknown, o: HelloTarget): NativeError {
  const code = error && typeof error === 'object' && 'code' in error ? String(error.code) : ''
  const address = error && typeof error === 'object' && 'address' in error ? String(error.address) : o.host
  const at = `dial tcp ${address}:${o.port}`
  if (code === 'ECONNREFUSED') return new NativeError(`${at}: connect: connection refused`)
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return new NativeError(`dial tcp: lookup ${o.host}: no such host`)
  if (code === 'EHOSTUNREACH') return new NativeError(`${at}: connect: no route to host`)
  if (code === 'ECONNRESET') return new NativeError('[handshake] unexpected EOF')
  return new NativeError(`${at}: ${messageOf(error)}`)
}

/** Says hello in ClickHouse's native protocol: proves address, protocol, credentials and database; resolves when greeted. */
export function nativeHello(o: HelloTarget): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: o.host, port: o.port })
    let data = Buffer.alloc(0)
    const end = (error?: Error) => {
      socket.destroy()
      if (error) reject(error)
      else resolve()
    }
    socket.setTimeout(10_000, () => end(new NativeError(`dial tcp ${o.host}:${o.port}: i/o timeout`)))
    socket.on('connect', () => {
      // packet type, client name, version major, minor, protocol revision, database, user, password
      socket.write(
        Buffer.concat([
          varint(0),
          text('golang-migrate'),
          varint(1),
          varint(1),
          varint(54213),
          text(o.database),
          text(o.user),
          text(o.password),
        ]),
      )
    })
    socket.on('data', chunk => {
      data = Buffer.concat([data, chunk])
      if (data[0] === 0) end()
      else if (data[0] === 2) {
        const error = readException(data)
        if (error) end(error)
      } else end(new NativeError(`[handshake] unexpected packet [${data[0]}] from server`))
    })
    socket.on('end', () => end(new NativeError('[handshake] unexpected EOF')))
    socket.on('error', error => end(dialError(error, o)))
  })
}
