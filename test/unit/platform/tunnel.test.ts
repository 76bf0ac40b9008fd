import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { ProblemError } from '../../../src/engine/problem.ts'
import { StreamAgent } from '../../../src/platform/connection/http.ts'
import { Tunnel } from '../../../src/platform/connection/tunnel.ts'
import { forwardServer, tcpServer } from './port-forward-server.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function tunnelTo(serve: (socket: Socket) => void, options: { allowHalfOpen?: boolean } = {}) {
  const target = await tcpServer(serve, options)
  closers.push(() => target.close())
  return tunnelToPort(target.port)
}

async function tunnelToPort(port: number) {
  const server = await forwardServer(port)
  closers.push(() => server.close())
  const controller = new AbortController()
  const tunnel = new Tunnel({
    name: 'test/service:1',
    host: 'service.test.svc',
    port: 1,
    open: signal => server.open(signal),
    signal: controller.signal,
  })
  closers.push(() => tunnel.destroy())
  return { tunnel, server, controller }
}

async function failure(tunnel: Tunnel): Promise<ProblemError> {
  const [error] = await once(tunnel, 'error').catch((thrown: unknown) => [thrown])
  expect(error).toBeInstanceOf(ProblemError)
  return error as ProblemError
}

describe('Tunnel', () => {
  it('carries megabytes both ways unchanged', async () => {
    const { tunnel } = await tunnelTo(socket => socket.pipe(socket))
    const sent = randomBytes(5_000_000)
    const received = createHash('sha256')
    let count = 0
    tunnel.on('data', (chunk: Buffer) => {
      received.update(chunk)
      count += chunk.length
      if (count === sent.length) tunnel.end()
    })
    tunnel.write(sent)
    await once(tunnel, 'close')
    expect(received.digest('hex')).toBe(createHash('sha256').update(sent).digest('hex'))
    expect(tunnel.bytesWritten).toBe(sent.length)
  })

  it('stops taking bytes while the other side does not read', async () => {
    let other: Socket | undefined
    const { tunnel } = await tunnelTo(socket => {
      other = socket
      socket.pause()
    })
    await once(tunnel, 'connect')
    const chunk = Buffer.alloc(256 * 1024)
    let accepted = 0
    // Nothing drains: the kernel's buffers fill, then ours.
    const full = new Promise<void>(resolve => {
      let stuck = false
      const more = () => {
        if (stuck) return
        const blocked = setTimeout(() => {
          stuck = true
          resolve()
        }, 300)
        tunnel.write(chunk, () => {
          clearTimeout(blocked)
          accepted += chunk.length
          more()
        })
      }
      more()
    })
    await full
    expect(accepted).toBeLessThan(64 * 1024 * 1024)
    expect(tunnel.writableNeedDrain).toBe(true)
    const drained = once(tunnel, 'drain')
    other?.resume()
    await drained
  })

  it('stops reading while nobody takes the bytes', async () => {
    let sent = 0
    const { tunnel } = await tunnelTo(socket => {
      const chunk = Buffer.alloc(64 * 1024)
      const more = () => {
        while (socket.write(chunk)) sent += chunk.length
        sent += chunk.length
        socket.once('drain', more)
      }
      more()
    })
    await once(tunnel, 'readable')
    let before = -1
    // Until the sender is stuck: two looks with the same number.
    for (let looks = 0; before !== sent && looks < 50; looks++) {
      before = sent
      await new Promise(resolve => setTimeout(resolve, 100))
    }
    expect(before).toBe(sent)
    expect(tunnel.readableLength).toBeLessThan(1024 * 1024)
    const mark = tunnel.bytesRead
    tunnel.resume()
    await once(tunnel, 'data')
    await once(tunnel, 'data')
    expect(tunnel.bytesRead).toBeGreaterThanOrEqual(mark)
  })

  it('still delivers an answer that comes after our own end', async () => {
    const { tunnel } = await tunnelTo(socket => {
      socket.once('data', () => setTimeout(() => socket.end('late answer'), 100))
    })
    tunnel.end('question')
    const chunks: Buffer[] = []
    for await (const chunk of tunnel) chunks.push(chunk as Buffer)
    expect(Buffer.concat(chunks).toString()).toBe('late answer')
  })

  it('ends when the other side ends', async () => {
    const { tunnel } = await tunnelTo(socket => socket.end('bye'))
    const chunks: Buffer[] = []
    for await (const chunk of tunnel) chunks.push(chunk as Buffer)
    expect(Buffer.concat(chunks).toString()).toBe('bye')
    expect(tunnel.destroyed).toBe(true)
  })

  it('turns a refused port into a Problem', async () => {
    const closed = await tcpServer(() => undefined)
    closed.close()
    const { tunnel } = await tunnelToPort(closed.port)
    const { problem } = await failure(tunnel)
    expect(problem.kind).toBe('unreachable')
    expect(problem.detail?.join()).toContain('ECONNREFUSED')
  })

  it('turns a WebSocket that breaks into a Problem', async () => {
    const { tunnel, server } = await tunnelTo(socket => socket.write('x'))
    await once(tunnel, 'data')
    for (const socket of server.sockets) socket.terminate()
    expect((await failure(tunnel)).problem.code).toBe('connection/lost')
  })

  it('is destroyed by its signal, whenever that comes', async () => {
    const { tunnel, controller, server } = await tunnelTo(socket => socket.write('x'))
    await once(tunnel, 'data')
    controller.abort()
    const [error] = await once(tunnel, 'error').catch((thrown: unknown) => [thrown])
    expect((error as Error).name).toBe('AbortError')
    for (const socket of server.sockets) await once(socket, 'close')

    const early = new AbortController()
    early.abort()
    const open = () => Promise.reject(new Error('must not be called'))
    const dead = new Tunnel({ name: 'n', host: 'h', port: 1, open, signal: early.signal })
    const [reason] = await once(dead, 'error').catch((thrown: unknown) => [thrown])
    expect((reason as Error).name).toBe('AbortError')
  })

  it('tells of silence and keeps the connection', async () => {
    const { tunnel } = await tunnelTo(socket => socket.pipe(socket))
    await once(tunnel, 'connect')
    tunnel.setTimeout(50)
    await once(tunnel, 'timeout')
    tunnel.setTimeout(0)
    tunnel.write('still there')
    const [data] = await once(tunnel, 'data')
    expect(String(data)).toBe('still there')
  })

  it('serves node:http as an agent, connection kept', async () => {
    const connections = new Set<Socket>()
    const web = http.createServer((request, response) => {
      connections.add(request.socket)
      request.pipe(response)
    })
    web.listen(0, '127.0.0.1')
    await once(web, 'listening')
    closers.push(() => web.close())
    const { port } = web.address() as { port: number }
    const server = await forwardServer(port)
    closers.push(() => server.close())
    const agent = new StreamAgent(
      signal => new Tunnel({ name: 'n', host: 'h', port, open: opening => server.open(opening), signal }),
    )
    closers.push(() => agent.destroy())
    const body = randomBytes(1_000_000)
    for (let round = 0; round < 2; round++) {
      const request = http.request({ host: 'service', path: '/', method: 'POST', agent })
      const answer = once(request, 'response')
      await pipeline(Readable.from([body]), request)
      const [response] = (await answer) as [http.IncomingMessage]
      const chunks: Buffer[] = []
      for await (const chunk of response) chunks.push(chunk as Buffer)
      expect(Buffer.concat(chunks).equals(body)).toBe(true)
    }
    expect(connections.size).toBe(1)
  })
})
