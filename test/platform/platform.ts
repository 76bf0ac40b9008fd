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

// Loaded when called: the parts bring the SDKs of every store with them, and most callers only attach.

/** Brings the platform of this checkout up, or repairs it. Safe to call from several processes at once. */
export async function up(): Promise<Platform> {
  return (await import('./up.ts')).up()
}

/** Ends the platform of this checkout and removes everything it kept, the artefact cache excepted. */
export async function down(): Promise<void> {
  return (await import('./down.ts')).down()
}

/** Makes the platform as if Langfuse had never been installed in it. */
export async function reset(): Promise<void> {
  return (await import('./reset.ts')).reset()
}
