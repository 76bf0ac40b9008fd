import net from 'node:net'
import type { Duplex } from 'node:stream'
import type WebSocket from 'ws'
import type { ServiceTarget } from '../../config/settings.ts'
import { ProblemError } from '../../engine/problem.ts'
import type { KubernetesPort } from '../kubernetes/port.ts'
import { findPod, type PodPort } from './endpoint.ts'
import { directProblem } from './errors.ts'
import { Tunnel } from './tunnel.ts'

/** How adapters reach a service. The stream is connecting when it is returned; failures are its 'error'. */
export interface Connections {
  connect(target: ServiceTarget, signal: AbortSignal): Duplex
  /** One certain pod. */
  connectPod(pod: PodPort, signal: AbortSignal): Duplex
  close(): void
}

/** Opens the port-forward WebSocket of a pod. */
export type OpenForward = (pod: PodPort, signal: AbortSignal) => Promise<WebSocket>

/** A pod that was found a moment ago is still the right one; connections come in bursts. */
const KNOWN_FOR_MS = 5_000

/** Through the API server: nothing listens on this machine. */
export function tunnels(kubernetes: KubernetesPort, forward: OpenForward): Connections {
  const known = new Map<string, { readonly pod: Promise<PodPort>; readonly since: number }>()
  const open = new Set<Duplex>()

  const find = (target: ServiceTarget, signal: AbortSignal): Promise<PodPort> => {
    const key = nameOf(target)
    const before = known.get(key)
    if (before && performance.now() - before.since < KNOWN_FOR_MS) return before.pod
    const pod = findPod(kubernetes, target, signal)
    known.set(key, { pod, since: performance.now() })
    pod.catch(() => known.delete(key))
    return pod
  }
  const tunnel = (
    name: string,
    { host, port, signal }: { host: string; port: number; signal: AbortSignal },
    dial: (signal: AbortSignal) => Promise<WebSocket>,
  ): Duplex => {
    const stream = new Tunnel({ name, host, port, open: dial, signal })
    open.add(stream)
    stream.once('close', () => open.delete(stream))
    return stream
  }
  return {
    connect(target, signal) {
      const name = nameOf(target)
      const where = { host: `${target.service}.${target.namespace}.svc`, port: target.port, signal }
      return tunnel(name, where, async opening => {
        const cached = known.has(name)
        const dial = async () => forward(await find(target, opening), opening)
        try {
          return await dial()
        } catch (error) {
          known.delete(name)
          // The pod may have been replaced since we looked, or another connection's look was cut short.
          if (!cached || opening.aborted) throw error
          return dial()
        }
      })
    },
    connectPod(pod, signal) {
      const where = { host: pod.pod, port: pod.port, signal }
      return tunnel(`${pod.namespace}/${pod.pod}:${pod.port}`, where, opening => forward(pod, opening))
    },
    close() {
      for (const stream of open) stream.destroy()
    },
  }
}

/** Without the API server: inside the cluster, or with `--direct`. Pods have no names, so they need `podAddress`. */
export function direct(podAddress: (pod: PodPort, signal: AbortSignal) => Promise<string>): Connections {
  const open = new Set<Duplex>()
  const watch = (socket: net.Socket, signal: AbortSignal): Duplex => {
    open.add(socket)
    const abort = () => socket.destroy(new DOMException('The operation was aborted', 'AbortError'))
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    socket.once('close', () => {
      open.delete(socket)
      signal.removeEventListener('abort', abort)
    })
    return socket
  }
  return {
    connect(target, signal) {
      const host = `${target.service}.${target.namespace}.svc`
      return watch(net.connect({ host, port: target.port }), signal)
    },
    connectPod(pod, signal) {
      const socket = new net.Socket()
      podAddress(pod, signal).then(
        host => socket.connect(pod.port, host),
        (error: unknown) =>
          socket.destroy(new ProblemError(directProblem(`${pod.namespace}/${pod.pod}:${pod.port}`, error))),
      )
      return watch(socket, signal)
    },
    close() {
      for (const socket of open) socket.destroy()
    },
  }
}

function nameOf({ namespace, service, port }: ServiceTarget): string {
  return `${namespace}/${service}:${port}`
}
