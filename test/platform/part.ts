import type { PlatformFacts } from './facts.ts'
import type { Image } from './images/index.ts'
import type { Platform } from './platform.ts'

/** A Kubernetes object as it is applied; what is in it is the API server's business. */
export type Manifest = {
  apiVersion: string
  kind: string
  metadata: {
    name: string
    namespace?: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
  }
  [field: string]: unknown
}

/** One part of the local Thinkube: a store, a gateway, the platform's own objects. */
export type Part = {
  name: string
  images(): Promise<Image[]>
  /** In the order in which they are applied; its namespace comes first. */
  objects(facts: PlatformFacts): Manifest[]
  /** What only a running part can be given. Runs when its pods are ready; may run again. */
  settle?(platform: Platform): Promise<void>
  /** Back to "Langfuse was never installed". The namespaces of Langfuse are already gone. */
  reset?(platform: Platform): Promise<void>
}
