export interface ImageManifest {
  readonly digest: string
  /** `linux/amd64`, `linux/arm64` */
  readonly platforms: readonly string[]
}

/** The registry that nodes pull from, by its public host name (Registry HTTP API v2). */
export interface RegistryPort {
  /** `repository` without host: `library/langfuse`. */
  manifest(repository: string, tag: string, signal: AbortSignal): Promise<ImageManifest | undefined>
  /** Empty when there is no such repository. */
  tags(repository: string, signal: AbortSignal): Promise<readonly string[]>
}
