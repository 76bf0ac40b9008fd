/** Kinds of manifest that we understand, for the Accept header. */
export const MANIFEST_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]

interface Platform {
  readonly os?: string
  readonly architecture?: string
  readonly variant?: string
}

interface Manifest {
  readonly manifests?: readonly { readonly platform?: Platform }[]
  readonly config?: { readonly digest?: string }
}

export type Parsed =
  | { readonly type: 'index'; readonly platforms: readonly string[] }
  /** The platform of a single image stands in its configuration. */
  | { readonly type: 'image'; readonly config: string }

/** An index lists its platforms; a single image names the blob that does. Undefined when it is neither. */
export function parseManifest(json: unknown): Parsed | undefined {
  const { manifests, config } = (json ?? {}) as Manifest
  if (manifests) {
    // Attestations hide among the images as `unknown/unknown`.
    const platforms = manifests.flatMap(({ platform }) => platformOf(platform) ?? [])
    return { type: 'index', platforms: [...new Set(platforms)] }
  }
  return config?.digest ? { type: 'image', config: config.digest } : undefined
}

/** `linux/amd64`, from an index entry or an image's configuration. */
export function platformOf(platform: Platform | undefined): string | undefined {
  if (!platform?.os || !platform.architecture || platform.os === 'unknown') return undefined
  return `${platform.os}/${platform.architecture}`
}
