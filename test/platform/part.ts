import type { PlatformFacts } from './facts.ts'
import type { Image } from './images/index.ts'
import type { Platform } from './platform.ts'

export type KubernetesObject = {
  apiVersion: string
  kind: string
  metadata: {
    name: string
    namespace?: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
    [field: string]: unknown
  }
  [field: string]: unknown
}

/** One part of the platform: its images, its objects, and what it takes to be of use once its pods are ready. */
export type Part = {
  name: string
  images(): Promise<Image[]>
  objects(facts: PlatformFacts): KubernetesObject[]
  /** Runs when every workload is ready; brings what objects cannot say (a realm, a bucket). Idempotent. */
  settle?(platform: Platform): Promise<void>
  /** Makes it as if Langfuse had never been installed. Idempotent. */
  reset?(platform: Platform): Promise<void>
}
