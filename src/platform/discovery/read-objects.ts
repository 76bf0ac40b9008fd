import { X509Certificate } from 'node:crypto'
import { rootCertificates } from 'node:tls'
import type { KubeObject } from '../kubernetes/port.ts'
import type { Finder } from './finder.ts'

export interface Listener {
  readonly name: string
  readonly hostname?: string
  readonly tls?: {
    readonly certificateRefs?: readonly { readonly name: string; readonly namespace?: string }[]
  }
}

export function listenerOf(gateway: KubeObject | undefined, section: string): Listener | undefined {
  return (gateway?.spec as { readonly listeners?: readonly Listener[] } | undefined)?.listeners?.find(
    one => one.name === section,
  )
}

export function hostOfRoute(route: KubeObject | undefined): string | undefined {
  return (route?.spec as { readonly hostnames?: readonly string[] } | undefined)?.hostnames?.[0]
}

interface PodTemplate {
  readonly template?: {
    readonly spec?: {
      readonly containers?: readonly {
        readonly env?: readonly { readonly name: string; readonly value?: string }[]
      }[]
    }
  }
}

/** The literal value of an environment variable in a workload's containers. */
export function containerEnv(workload: KubeObject | undefined, name: string): string | undefined {
  const containers = (workload?.spec as PodTemplate | undefined)?.template?.spec?.containers ?? []
  return containers.flatMap(container => container.env ?? []).find(entry => entry.name === name)?.value
}

/**
 * The private CA of the gateway's certificate: key `ca.crt` of its Secret, when the certificate was not signed by a
 * publicly trusted authority. Undefined when the workstation's own list of authorities is enough.
 */
export async function privateCaOf(
  find: Finder,
  gatewayNamespace: string,
  listener: Listener | undefined,
): Promise<string | undefined> {
  const ref = listener?.tls?.certificateRefs?.[0]
  if (!ref) return undefined
  const namespace = ref.namespace ?? gatewayNamespace
  const ca = await find.secretKey(namespace, ref.name, 'ca.crt')
  if (ca === undefined || isPublic(ca)) return undefined
  find.settings.push({ key: 'tls.ca', value: 'private CA', origin: `Secret ${namespace}/${ref.name} ca.crt` })
  return ca
}

function isPublic(pem: string): boolean {
  const { fingerprint256 } = new X509Certificate(pem)
  return rootCertificates.some(root => new X509Certificate(root).fingerprint256 === fingerprint256)
}
