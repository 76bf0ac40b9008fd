export interface S3Port {
  /** ListBuckets with SigV4, path style. */
  buckets(signal: AbortSignal): Promise<readonly string[]>
  /** `forbidden`: it exists but belongs to somebody else. */
  bucket(name: string, signal: AbortSignal): Promise<'present' | 'absent' | 'forbidden'>
  createBucket(name: string, signal: AbortSignal): Promise<void>
  /** Objects are deleted first. */
  removeBucket(name: string, signal: AbortSignal): Promise<void>
  tags(bucket: string, signal: AbortSignal): Promise<Readonly<Record<string, string>>>
  /** Put, get, compare, delete of one small object. */
  roundTrip(bucket: string, key: string, signal: AbortSignal): Promise<void>
  /** Number and bytes of the objects under a prefix, at most `limit` looked at. */
  size(
    bucket: string,
    options: { readonly prefix?: string; readonly limit: number; readonly signal: AbortSignal },
  ): Promise<{ readonly objects: number; readonly bytes: number; readonly more: boolean }>
}
