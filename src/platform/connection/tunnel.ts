import type { Socket } from 'node:net'
import WebSocket from 'ws'
import { ProblemError } from '../../engine/problem.ts'
import { abortError } from './abort.ts'
import { brokenTunnel, refusedPort } from './errors.ts'
import { SocketLike } from './socket-like.ts'

export interface TunnelOptions {
  /** For people: `postgres/postgresql-official:5432`. */
  readonly name: string
  readonly host: string
  readonly port: number
  /** Opens the port-forward WebSocket (subprotocol v4.channel.k8s.io), paused. */
  open(signal: AbortSignal): Promise<WebSocket>
  readonly signal: AbortSignal
}

const DATA = 0
const ERROR = 1
/** Bigger messages gain nothing and would sit whole in the memory of every hop. */
const MAX_MESSAGE = 128 * 1024
/** After our end there is no FIN to send: silence of this length means that nothing more will come. */
const LINGER_MS = 250

/**
 * A TCP connection to a pod as a stream that SDKs take for a socket: one port-forward WebSocket, no listener.
 * Binary messages carry a channel number and bytes: 0 is the data, 1 is text about a failure; the first message of
 * each channel is the port number. `connect` means that the API server accepted, not that the pod did: a refusal
 * comes on channel 1 and destroys the stream with a Problem.
 */
export class Tunnel extends SocketLike {
  readonly #name: string
  readonly #opening = new AbortController()
  readonly #started = [false, false]
  #socket: WebSocket | undefined
  #raw: Socket | undefined
  #refs = true
  #whenOpen: ((error?: Error) => void)[] = []
  #linger: NodeJS.Timeout | undefined

  constructor({ name, host, port, open, signal }: TunnelOptions) {
    super({ host, port })
    this.#name = name
    const abort = () => this.destroy(abortError(signal))
    signal.addEventListener('abort', abort, { once: true })
    this.once('close', () => signal.removeEventListener('abort', abort))
    // In the next turn, so that listeners are there before anything can happen.
    queueMicrotask(() => {
      if (signal.aborted) return abort()
      open(this.#opening.signal).then(
        socket => this.#opened(socket),
        (error: unknown) =>
          this.destroy(error instanceof Error ? error : new ProblemError(brokenTunnel(name))),
      )
    })
  }

  #opened(socket: WebSocket): void {
    if (this.destroyed) {
      socket.terminate()
      return
    }
    this.#socket = socket
    this.#raw = (socket as unknown as { readonly _socket?: Socket })._socket
    socket.on('message', (data: Buffer) => this.#message(data))
    socket.on('close', (code, reason) => this.#closed(code, reason.toString()))
    socket.resume()
    this.connecting = false
    if (!this.#refs) this.#raw?.unref()
    this.touch()
    this.emit('connect')
    this.emit('ready')
    for (const go of this.#whenOpen.splice(0)) go()
  }

  #message(data: Buffer): void {
    const channel = data[0]
    if (channel !== DATA && channel !== ERROR) return
    let payload = data.subarray(1)
    if (!this.#started[channel]) {
      this.#started[channel] = true
      payload = payload.subarray(2)
    }
    if (payload.length === 0) return
    if (channel === ERROR) {
      // What the kubelet says after our own end is about a connection that nobody waits for any more.
      if (!this.writableFinished) this.destroy(new ProblemError(refusedPort(this.#name, payload.toString())))
      return
    }
    this.bytesRead += payload.length
    this.touch()
    if (!this.push(payload)) this.#socket?.pause()
  }

  #closed(code: number, reason: string): void {
    clearTimeout(this.#linger)
    if (this.destroyed) return
    // 1006 is not in any frame: the connection broke without a goodbye.
    if (code === 1006 && !this.writableFinished)
      this.destroy(new ProblemError(brokenTunnel(this.#name, reason)))
    else this.push(null)
  }

  override _read(): void {
    this.#socket?.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#send(chunk, done)
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#send(Buffer.concat(chunks.map(({ chunk }) => chunk)), done)
  }

  /** `done` comes when the kernel took the bytes, one message at a time: that is the back-pressure. */
  #send(bytes: Buffer, done: (error?: Error | null) => void): void {
    const socket = this.#socket
    if (!socket) {
      this.#whenOpen.push(() => this.#send(bytes, done))
      return
    }
    if (socket.readyState !== WebSocket.OPEN) {
      done(new ProblemError(brokenTunnel(this.#name)))
      return
    }
    const part = bytes.subarray(0, MAX_MESSAGE)
    const message = Buffer.allocUnsafe(part.length + 1)
    message[0] = DATA
    part.copy(message, 1)
    socket.send(message, error => {
      this.bytesWritten += part.length
      this.touch()
      if (error) done(new ProblemError(brokenTunnel(this.#name)))
      else if (part.length < bytes.length) this.#send(bytes.subarray(part.length), done)
      else done()
    })
  }

  override _final(done: (error?: Error | null) => void): void {
    if (this.#socket) {
      this.touch()
      this.#startLinger()
      done()
    } else this.#whenOpen.push(() => this._final(done))
  }

  #startLinger(): void {
    clearTimeout(this.#linger)
    this.#linger = setTimeout(() => {
      // Bytes that nobody has read yet may still be followed by more.
      if (this.#socket?.isPaused) this.#startLinger()
      else this.#socket?.close(1000)
    }, LINGER_MS)
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#linger)
    this.connecting = false
    this.#whenOpen = []
    this.#opening.abort()
    const socket = this.#socket
    if (socket && socket.readyState !== WebSocket.CLOSED) {
      if (error) socket.terminate()
      else {
        // A paused socket would never see the answer to our goodbye.
        socket.resume()
        socket.close(1000)
        setTimeout(() => socket.terminate(), 1000).unref()
      }
    }
    done(error)
  }

  protected override touch(): void {
    super.touch()
    if (this.#linger && this.writableFinished) this.#startLinger()
  }

  ref(): this {
    this.#refs = true
    this.#raw?.ref()
    return this
  }

  unref(): this {
    this.#refs = false
    this.#raw?.unref()
    return this
  }
}
