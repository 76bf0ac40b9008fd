import { afterAll, describe, expect, it } from 'vitest'
import { Secret } from '../../src/config/secret.ts'
import { connectionsOf } from '../../src/platform/open.ts'
import { s3Adapter } from '../../src/platform/s3/adapter.ts'
import { platformUnderTest, within } from '../support/platform.ts'

const { kubernetes, services, mark, close } = platformUnderTest()
const { s3, settings } = services
const connections = connectionsOf(kubernetes, false)
const bucket = `${mark}-bucket`

afterAll(async () => {
  if ((await s3.bucket(bucket, within(20))) === 'present') await s3.removeBucket(bucket, within(30))
  connections.close()
  await close()
})

describe('S3', () => {
  it('does not have a bucket that nobody made, and does not make one by itself', async () => {
    expect(await s3.bucket(bucket, within(20))).toBe('absent')
    await expect(s3.roundTrip(bucket, 'probe', within(20))).rejects.toMatchObject({
      problem: { kind: 'missing' },
    })
    expect(await s3.bucket(bucket, within(20))).toBe('absent')
  })

  it('makes a bucket, lists it and has no tags on it', async () => {
    await s3.createBucket(bucket, within(20))
    expect(await s3.bucket(bucket, within(20))).toBe('present')
    expect(await s3.buckets(within(20))).toContain(bucket)
    expect(await s3.tags(bucket, within(20))).toEqual({})
  })

  it('puts, gets and deletes an object, leaving nothing', async () => {
    await s3.roundTrip(bucket, 'canary/one two+three', within(20))
    expect(await s3.size(bucket, { limit: 10, signal: within(20) })).toEqual({
      objects: 0,
      bytes: 0,
      more: false,
    })
  })

  it('adds up objects under a prefix, up to a limit', async () => {
    const { S3Client, PutObjectCommand } = await import('@aws-sdk/client-s3')
    const { StreamAgent } = await import('../../src/platform/connection/http.ts')
    const agent = new StreamAgent(signal => connections.connect(settings.s3.target, signal))
    const client = new S3Client({
      endpoint: 'http://seaweedfs-s3.seaweedfs.svc.cluster.local:8333',
      region: settings.s3.region,
      credentials: { accessKeyId: settings.s3.accessKey, secretAccessKey: settings.s3.secretKey.reveal() },
      forcePathStyle: true,
      requestHandler: { httpAgent: agent },
      requestChecksumCalculation: 'WHEN_REQUIRED',
    })
    const large = Buffer.alloc(5_000_000, 'x')
    for (const Key of ['events/1', 'events/2', 'other/1']) {
      await client.send(
        new PutObjectCommand({ Bucket: bucket, Key, Body: Key === 'other/1' ? large : 'ten bytes.' }),
      )
    }
    client.destroy()
    agent.destroy()
    const signal = within(20)
    expect(await s3.size(bucket, { prefix: 'events/', limit: 10, signal })).toEqual({
      objects: 2,
      bytes: 20,
      more: false,
    })
    expect(await s3.size(bucket, { limit: 2, signal })).toEqual({ objects: 2, bytes: 20, more: true })
    expect(await s3.size(bucket, { prefix: 'other/', limit: 10, signal })).toMatchObject({
      bytes: large.length,
    })
  })

  it('says that the keys are wrong', async () => {
    const wrongSecret = await s3Adapter({ connections, ...settings.s3, secretKey: new Secret('wrong') })
    await expect(wrongSecret.buckets(within(20))).rejects.toMatchObject({
      problem: { code: 's3/login-refused' },
    })
    const wrongKey = await s3Adapter({ connections, ...settings.s3, accessKey: 'nobody' })
    await expect(wrongKey.buckets(within(20))).rejects.toMatchObject({
      problem: { code: 's3/login-refused' },
    })
    await Promise.all([wrongSecret.close(), wrongKey.close()])
  })

  it('removes a bucket with what is in it', async () => {
    await s3.removeBucket(bucket, within(30))
    expect(await s3.bucket(bucket, within(20))).toBe('absent')
  })

  it('honours an abort', async () => {
    await expect(s3.buckets(AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' })
    const controller = new AbortController()
    const cut = s3.buckets(controller.signal)
    queueMicrotask(() => controller.abort())
    await expect(cut).rejects.toMatchObject({ name: 'AbortError' })
  })
})
