import type { KubeObject } from '../kubernetes/port.ts'

/** What one field manager owns of an object; paths as `fields.ts` writes them. */
export interface Ownership {
  manager: string
  operation: 'Apply' | 'Update'
  paths: string[]
}

export interface StoredObject {
  object: KubeObject
  owners: Ownership[]
}

export interface Denial {
  /** `*` or a verb. */
  verb: string
  group: string
  resource: string
  /** Everywhere when absent. */
  namespace?: string
}

export interface PodState {
  /** When the present step began. */
  since: number
  step: 'scheduling' | 'waiting' | 'containers' | 'terminating'
  containers: Record<string, ContainerState>
}

export interface ContainerState {
  is: 'waiting' | 'running' | 'terminated'
  reason: string
  message?: string
  since: number
  restarts: number
  exitCode?: number
  ready: boolean
  fate?: Fate
}

/** Decided when a container starts: when it gets ready or ends (milliseconds after its start), and what it does then. */
export interface Fate {
  readyAfter?: number
  exit?: { after: number; code: number }
  effect?: Effect
  /** Ends as soon as this Service has a ready pod. */
  awaits?: { namespace: string; service: string; port: number }
}

/** What a program does to the stores when its time has come. */
export type Effect = 'migrate' | 'initialise'

export interface ContainerLog {
  lines: string[]
  previous: string[]
}

export interface KubernetesWorld {
  version: string
  reachable: boolean
  user: string
  groups: string[]
  denials: Denial[]
  /** `group/version Kind` entries that this server does not know. */
  missingKinds: string[]
  /** `apiVersion|Kind` → `namespace|name` */
  objects: Record<string, Record<string, StoredObject>>
  pods: Record<string, PodState>
  /** `namespace/pod/container` */
  logs: Record<string, ContainerLog>
  /** Images that the node has pulled. */
  pulled: string[]
}
