import { throwStatus } from './errors.ts'
import type { KubeRef } from './port.ts'
import type { Transport } from './transport.ts'

/** How a kind is called in URLs. */
export interface Resource {
  readonly apiVersion: string
  readonly kind: string
  /** Plural: `deployments`. */
  readonly name: string
  readonly namespaced: boolean
}

interface ResourceList {
  readonly resources: readonly {
    readonly name: string
    readonly kind: string
    readonly namespaced: boolean
  }[]
}

/** The kinds of this server, asked once per API version; a kind that was not there is asked again (CRDs come and go). */
export class Resources {
  readonly #transport: Transport
  readonly #known = new Map<string, readonly Resource[]>()

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** Undefined when the server has no such kind. */
  async find(apiVersion: string, kind: string, signal: AbortSignal): Promise<Resource | undefined> {
    const known = this.#known.get(apiVersion)?.find(resource => resource.kind === kind)
    if (known) return known
    const asked = { verb: 'list', what: `the kinds of ${apiVersion}` }
    const { status, body } = await this.#transport.send({ path: root(apiVersion), signal, ...asked })
    if (status === 404) return undefined
    if (status !== 200) return throwStatus(status, body, asked)
    const resources = (JSON.parse(body) as ResourceList).resources
      .filter(({ name }) => !name.includes('/'))
      .map(({ name, kind, namespaced }) => ({ apiVersion, kind, name, namespaced }))
    this.#known.set(apiVersion, resources)
    return resources.find(resource => resource.kind === kind)
  }
}

/** The URL of a collection, or of one object when `name` is given. */
export function pathOf(
  resource: Resource,
  { namespace, name }: { namespace?: string; name?: string },
): string {
  const parts = [root(resource.apiVersion)]
  if (resource.namespaced && namespace) parts.push('namespaces', encodeURIComponent(namespace))
  parts.push(resource.name)
  if (name) parts.push(encodeURIComponent(name))
  return parts.join('/')
}

/** `deployments/langfuse in langfuse`, for people. */
export function describe(resource: Resource | string, ref: Partial<KubeRef>): string {
  const kind = typeof resource === 'string' ? resource : resource.name
  return `${kind}${ref.name ? `/${ref.name}` : ''}${ref.namespace ? ` in ${ref.namespace}` : ''}`
}

function root(apiVersion: string): string {
  return `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}`
}
