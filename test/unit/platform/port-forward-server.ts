import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import WebSocket, { WebSocketServer } from 'ws'

/** A kubelet's port-forward to a port of this machine, on loopback, for tests of what is above it. */
export interface ForwardServer {
  readonly url: string
  readonly sockets: Set<WebSocket>
  /** Opens a WebSocket to it, as an API server would hand it out. */
  open(signal: AbortSignal): Promise<WebSocket>
  close(): Promise<void>
}

export async function forwardServer(port: number): Promise<ForwardServer> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  server.on('connection', socket => {
    const number = Buffer.alloc(2)
    number.writeUInt16LE(port)
    socket.send(Buffer.concat([Buffer.from([0]), number]))
    socket.send(Buffer.concat([Buffer.from([1]), number]))
    const target = net.connect({ host: '127.0.0.1', port })
    target.on('data', data => {
      socket.send(Buffer.concat([Buffer.from([0]), data]), () => target.resume())
      target.pause()
    })
    target.on('error', error => {
      socket.send(Buffer.concat([Buffer.from([1]), Buffer.from(`error forwarding port: ${error.message}`)]))
      socket.close(1000)
    })
    target.on('end', () => socket.close(1000))
    socket.on('message', (data: Buffer) => {
      if (!target.write(data.subarray(1))) {
        socket.pause()
        target.once('drain', () => socket.resume())
      }
    })
    socket.on('close', () => target.destroy())
  })
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    sockets: server.clients,
    async open(signal) {
      const socket = new WebSocket(url)
      socket.on('error', () => undefined)
      signal.addEventListener('abort', () => socket.terminate(), { once: true })
      // In the listener: what comes with the handshake is read before an awaiting caller can pause.
      socket.once('open', () => socket.pause())
      await once(socket, 'open', { signal })
      return socket
    },
    async close() {
      for (const socket of server.clients) socket.terminate()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A TCP server on loopback. */
export async function tcpServer(
  serve: (socket: net.Socket) => void,
  options: net.ServerOpts = {},
): Promise<{ readonly port: number; close(): void }> {
  const sockets = new Set<net.Socket>()
  const server = net.createServer(options, socket => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => sockets.delete(socket))
    serve(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
