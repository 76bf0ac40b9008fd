import type { PlatformFacts } from './facts.ts'

export type Platform = {
  name: string
  facts: PlatformFacts
  /** Path of the administrator's kubeconfig (`system:masters`). */
  kubeconfig: string
  /** Path of a kubeconfig with the rights an operator of Thinkube needs, and no more. */
  operatorKubeconfig: string
  /** Path of the platform CA's certificate. */
  caFile: string
  /** kubectl as administrator; rejects with its words when it fails. */
  kubectl(args: string[], stdin?: string): Promise<string>
  /** The API server's audit log so far: one JSON event per line. */
  auditLog(): Promise<string>
  /** Runs a program in the node's namespaces. */
  nodeExec(args: string[]): Promise<string>
}

export { attach } from './attach.ts'
export { down, reset } from './down.ts'
export { up } from './up.ts'
