import { lookup } from 'node:dns/promises'
import net from 'node:net'
import type { Duplex } from 'node:stream'
import type { Settings } from '../../config/settings.ts'
import { raise } from '../../engine/problem.ts'
import { abortable, abortError } from '../connection/abort.ts'
import type { Connections } from '../connection/connections.ts'
import type { PodPort } from '../connection/endpoint.ts'
import { connected, type HttpClient, httpClient } from '../connection/http.ts'
import type { KubernetesPort } from '../kubernetes/port.ts'
import { neverConnected, noWay, publicError, type Via } from './errors.ts'
import { gatewayPod } from './gateway.ts'
import type { PublicAnswer, PublicPort, PublicRequest } from './port.ts'
import { type Certificate, secure } from './secure.ts'

export interface PublicOptions {
  readonly kubernetes: KubernetesPort
  readonly connections: Connections
  readonly settings: Pick<Settings, 'gateway' | 'expose' | 'tls'>
  /** How names are resolved; a test gives its own. */
  readonly resolve?: (host: string) => Promise<unknown>
}

/** A name that resolves to a machine which does not answer is given up for the gateway after this. */
const CONNECT_MS = 5_000

export function publicAdapter(options: PublicOptions): PublicPort & { close(): Promise<void> } {
  const { kubernetes, connections, settings } = options
  const resolve = options.resolve ?? ((host: string) => lookup(host))
  const ways = new Map<string, Promise<Via>>()
  const certificates = new Map<string, Certificate>()
  let pod: Promise<PodPort | undefined> | undefined

  const overTls = (via: Via): HttpClient =>
    httpClient(async ({ hostname, port }, signal) => {
      const stream = via === 'dns' ? await connected(dial(hostname, port)) : await tunnel(hostname, signal)
      const { socket, certificate } = await secure(stream, { host: hostname, caPem: settings.tls.caPem })
      certificates.set(hostname, certificate)
      return socket
    })
  const clients: Readonly<Record<Via, HttpClient>> = { dns: overTls('dns'), gateway: overTls('gateway') }

  const gateway = async (host: string, signal: AbortSignal): Promise<PodPort> => {
    pod ??= gatewayPod(kubernetes, settings, signal)
    const found = await pod.catch((error: unknown) => {
      pod = undefined
      throw error
    })
    if (found) return found
    pod = undefined
    return raise(noWay(host))
  }
  const tunnel = async (host: string, signal: AbortSignal): Promise<Duplex> => {
    const cached = pod !== undefined
    try {
      return await connected(connections.connectPod(await gateway(host, signal), signal))
    } catch (error) {
      pod = undefined
      // The gateway's pod may have been replaced since we looked.
      if (!cached || signal.aborted) throw error
      return connected(connections.connectPod(await gateway(host, signal), signal))
    }
  }
  const wayTo = (host: string): Promise<Via> => {
    const known = ways.get(host)
    if (known) return known
    const way = resolve(host).then(
      () => 'dns' as const,
      () => 'gateway' as const,
    )
    ways.set(host, way)
    return way
  }

  const through = async (via: Via, url: URL, request: PublicRequest): Promise<PublicAnswer> => {
    const { status, headers, body } = await clients[via].fetch(url.href, request)
    return {
      status,
      headers,
      via,
      certificate: certificates.get(url.hostname),
      text: async () => body.toString('utf8'),
      json: async () => JSON.parse(body.toString('utf8')) as unknown,
    }
  }

  return {
    async fetch(address, request) {
      const url = new URL(address)
      const { signal } = request
      const host = url.hostname
      if (signal.aborted) throw abortError(signal)
      let via = await abortable(wayTo(host), signal)
      try {
        try {
          return await through(via, url, request)
        } catch (error) {
          if (via === 'gateway' || signal.aborted || !neverConnected(error)) throw error
          ways.set(host, Promise.resolve('gateway'))
          via = 'gateway'
          return await through(via, url, request)
        }
      } catch (error) {
        throw signal.aborted ? abortError(signal) : publicError(error, host, via)
      }
    },
    async close() {
      await Promise.all([clients.dns.close(), clients.gateway.close()])
    },
  }
}

function dial(host: string, port: number): net.Socket {
  const socket = net.connect({ host, port })
  const late = setTimeout(
    () => socket.destroy(Object.assign(new Error('no answer to a connection'), { code: 'ETIMEDOUT' })),
    CONNECT_MS,
  )
  socket.once('connect', () => clearTimeout(late))
  socket.once('close', () => clearTimeout(late))
  return socket
}
