import type { S3Client as Client } from '@aws-sdk/client-s3'
import type { Secret } from '../../config/secret.ts'
import type { ServiceTarget } from '../../config/settings.ts'
import { ProblemError } from '../../engine/problem.ts'
import { abortError } from '../connection/abort.ts'
import type { Connections } from '../connection/connections.ts'
import { StreamAgent } from '../connection/http.ts'
import { s3Answer, s3Error } from './errors.ts'
import type { S3Port } from './port.ts'

export interface S3Options {
  readonly connections: Connections
  readonly target: ServiceTarget
  readonly region: string
  readonly accessKey: string
  readonly secretKey: Secret
}

export async function s3Adapter(options: S3Options): Promise<S3Port & { close(): Promise<void> }> {
  // The SDK prints a warning about the version of Node while it is imported.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
  const sdk = await import('@aws-sdk/client-s3')
  const { connections, target, region, accessKey, secretKey } = options
  const agent = new StreamAgent(signal => connections.connect(target, signal))
  const client: Client = new sdk.S3Client({
    // The Host that is signed is this name; the stream behind it goes to the pod.
    endpoint: `http://${target.service}.${target.namespace}.svc.cluster.local:${target.port}`,
    region,
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey.reveal() },
    forcePathStyle: true,
    maxAttempts: 1,
    requestHandler: { httpAgent: agent, requestTimeout: 60_000 },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    followRegionRedirects: false,
  })
  const where = {
    name: `${target.namespace}/${target.service}:${target.port}`,
    namespace: target.namespace,
    accessKey,
  }

  /** `expected` turns an answer into a value; anything else is a Problem. */
  const call = async <T>(
    signal: AbortSignal,
    work: (options: { abortSignal: AbortSignal }) => Promise<T>,
    expected?: (answer: { readonly code: string; readonly status: number }) => T | undefined,
  ): Promise<T> => {
    if (signal.aborted) throw abortError(signal)
    try {
      return await work({ abortSignal: signal })
    } catch (error) {
      if (signal.aborted) throw abortError(signal)
      const answer = s3Answer(error)
      const value = answer && expected?.(answer)
      if (value !== undefined) return value
      throw s3Error(error, where)
    }
  }

  return {
    buckets: signal =>
      call(signal, async abort => {
        const { Buckets } = await client.send(new sdk.ListBucketsCommand({}), abort)
        return (Buckets ?? []).flatMap(({ Name }) => (Name ? [Name] : []))
      }),
    bucket: (name, signal) =>
      call<'present' | 'absent' | 'forbidden'>(
        signal,
        async abort => {
          await client.send(new sdk.HeadBucketCommand({ Bucket: name }), abort)
          return 'present'
        },
        ({ status }) => (status === 404 ? 'absent' : status === 403 ? 'forbidden' : undefined),
      ),
    async createBucket(name, signal) {
      await call<unknown>(
        signal,
        abort => client.send(new sdk.CreateBucketCommand({ Bucket: name }), abort),
        ({ code }) => (code === 'BucketAlreadyOwnedByYou' ? code : undefined),
      )
    },
    removeBucket: (name, signal) =>
      call(signal, async abort => {
        for (;;) {
          const { Contents = [] } = await client.send(new sdk.ListObjectsV2Command({ Bucket: name }), abort)
          if (Contents.length === 0) break
          for (const { Key } of Contents) {
            // One by one: some stores want a checksum for the request that deletes many.
            await client.send(new sdk.DeleteObjectCommand({ Bucket: name, Key }), abort)
          }
        }
        await client.send(new sdk.DeleteBucketCommand({ Bucket: name }), abort)
      }),
    tags: (bucket, signal) =>
      call<Readonly<Record<string, string>>>(
        signal,
        async abort => {
          const { TagSet } = await client.send(new sdk.GetBucketTaggingCommand({ Bucket: bucket }), abort)
          return Object.fromEntries((TagSet ?? []).map(({ Key, Value }) => [String(Key), String(Value)]))
        },
        // Some stores have no tags on buckets at all.
        ({ code, status }) => (code === 'NoSuchTagSet' || status === 501 || status === 405 ? {} : undefined),
      ),
    roundTrip: (bucket, key, signal) =>
      call(signal, async abort => {
        const body = `thinkube-langfuse ${key}`
        await client.send(new sdk.PutObjectCommand({ Bucket: bucket, Key: key, Body: body }), abort)
        try {
          const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: key }), abort)
          const read = await Body?.transformToString()
          if (read !== body) throw new ProblemError(altered(bucket))
        } finally {
          await client.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: key }), abort)
        }
      }),
    size: (bucket, { prefix, limit, signal }) =>
      call(signal, async abort => {
        let objects = 0
        let bytes = 0
        let token: string | undefined
        do {
          const page = await client.send(
            new sdk.ListObjectsV2Command({
              Bucket: bucket,
              Prefix: prefix,
              ContinuationToken: token,
              MaxKeys: Math.min(1000, limit - objects),
            }),
            abort,
          )
          for (const { Size } of page.Contents ?? []) {
            objects += 1
            bytes += Size ?? 0
          }
          token = page.IsTruncated ? page.NextContinuationToken : undefined
        } while (token && objects < limit)
        return { objects, bytes, more: token !== undefined }
      }),
    async close() {
      client.destroy()
      agent.destroy()
    },
  }
}

function altered(bucket: string) {
  return {
    code: 's3/altered',
    kind: 'invalid' as const,
    summary: ['S3 gives back other bytes than were put into ', { value: bucket }],
    nextSteps: [
      'Look at the health of the volumes of the object store',
      'Look for a proxy that changes bodies',
    ],
  }
}
