import { Duplex } from 'node:stream'

/**
 * A stream with the habits of `net.Socket` that drivers and Node's own http rely on. What has no meaning for a stream
 * inside a WebSocket does nothing.
 */
export abstract class SocketLike extends Duplex {
  connecting = true
  timeout = 0
  bytesRead = 0
  bytesWritten = 0
  readonly remoteFamily = 'IPv4'
  readonly remoteAddress: string
  readonly remotePort: number
  #idle: NodeJS.Timeout | undefined

  constructor({ host, port }: { readonly host: string; readonly port: number }) {
    // As with sockets: when the other side ends, we end too.
    super({ allowHalfOpen: false })
    this.remoteAddress = host
    this.remotePort = port
    this.once('close', () => clearTimeout(this.#idle))
  }

  /** Traffic happened: the idle time begins again. */
  protected touch(): void {
    if (this.timeout > 0) this.setTimeout(this.timeout)
  }

  /** Emits `timeout` after so many milliseconds without traffic; 0 switches it off. Closes nothing, as with net.Socket. */
  setTimeout(ms: number, listener?: () => void): this {
    if (listener && ms > 0) this.once('timeout', listener)
    if (listener && ms === 0) this.removeListener('timeout', listener)
    clearTimeout(this.#idle)
    this.timeout = ms
    if (ms > 0 && !this.destroyed) this.#idle = setTimeout(() => this.emit('timeout'), ms).unref()
    return this
  }

  /** It connects by itself; drivers call this out of habit. */
  connect(...args: unknown[]): this {
    const listener = args.at(-1)
    if (typeof listener === 'function') this.once('connect', () => listener())
    return this
  }

  destroySoon(): void {
    if (this.writableFinished) {
      this.destroy()
      return
    }
    this.once('finish', () => this.destroy())
    if (!this.writableEnded) this.end()
  }

  abstract ref(): this
  abstract unref(): this

  setNoDelay(): this {
    return this
  }

  setKeepAlive(): this {
    return this
  }

  address(): object {
    return {}
  }
}
