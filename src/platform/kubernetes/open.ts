import type { WebSocket } from 'ws'
import type { PodPort } from '../connection/endpoint.ts'
import { kubernetesAdapter } from './adapter.ts'
import { type KubeContext, type KubeconfigSource, loadKubeconfig } from './kubeconfig.ts'
import { forward } from './pods.ts'
import type { KubernetesPort } from './port.ts'
import { Transport } from './transport.ts'

/** One cluster, chosen and ready to be asked. No connection is open until the first call. */
export interface KubeConnection {
  readonly port: KubernetesPort
  readonly contexts: readonly KubeContext[]
  readonly context: string
  readonly cluster: string
  readonly server: string
  readonly origin: string
  readonly execPlugin: string | undefined
  /** The WebSocket of a port-forward; `connections.ts` makes sockets of it. */
  forward(pod: PodPort, signal: AbortSignal): Promise<WebSocket>
  close(): Promise<void>
}

/** Problems: `kubernetes/no-kubeconfig`, `kubernetes/kubeconfig-unreadable`, `kubernetes/no-context`. */
export function openKubernetes(source: KubeconfigSource & { readonly version: string }): KubeConnection {
  const kubeconfig = loadKubeconfig(source)
  const transport = new Transport(kubeconfig, source.version)
  const { contexts, context, cluster, server, origin, execPlugin } = kubeconfig
  return {
    port: kubernetesAdapter(transport),
    contexts,
    context,
    cluster,
    server,
    origin,
    execPlugin,
    forward: (pod, signal) => forward(transport, pod, signal),
    close: () => transport.close(),
  }
}
