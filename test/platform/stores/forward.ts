import { createServer, type Socket } from 'node:net'
import { Writable } from 'node:stream'
import { KubeConfig, PortForward } from '@kubernetes/client-node'
import type { Platform } from '../platform.ts'

/** Runs `work` with the base URL of a loopback port that leads to a pod's port through the API server. */
export async function forwarded<T>(
  platform: Platform,
  to: { namespace: string; labels: string; port: number },
  work: (url: string) => Promise<T>,
): Promise<T> {
  const found = await platform.kubectl([
    ...['get', 'pod', '-n', to.namespace, '-l', to.labels, '--field-selector=status.phase=Running'],
    ...['-o', 'jsonpath={.items[0].metadata.name}'],
  ])
  const config = new KubeConfig()
  config.loadFromFile(platform.kubeconfig)
  const forward = new PortForward(config, true)
  const open = new Set<Socket>()
  const tunnels: ReturnType<PortForward['portForward']>[] = []
  const server = createServer(socket => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    // What comes here is the kubelet's word that nobody listens on the port.
    const refusal = new Writable({
      write(text: Buffer, _encoding, done) {
        if (text.length > 0) socket.destroy()
        done()
      },
    })
    // A connection that fails shows as a closed socket; the client in `work` reports it.
    const tunnel = forward.portForward(to.namespace, found.trim(), [to.port], socket, refusal, socket)
    tunnels.push(tunnel)
    tunnel.catch(() => socket.destroy())
    socket.on('error', () => socket.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the forward has no port')
  try {
    return await work(`http://127.0.0.1:${address.port}`)
  } finally {
    server.close()
    // a client may keep its connections for later
    for (const socket of open) socket.destroy()
    // and an open WebSocket would keep this process alive
    for (const tunnel of await Promise.allSettled(tunnels)) {
      if (tunnel.status === 'rejected') continue
      const socket = typeof tunnel.value === 'function' ? tunnel.value() : tunnel.value
      socket?.terminate()
    }
  }
}
