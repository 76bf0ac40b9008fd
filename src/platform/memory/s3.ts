import type { Settings } from '../../config/settings.ts'
import { s3Problem } from '../s3/errors.ts'
import type { S3Port } from '../s3/port.ts'
import { translated, translating } from './problems.ts'
import type { Runtime } from './runtime.ts'
import { connect, nameOf } from './stores.ts'

export function memoryS3(runtime: Runtime, settings: Pick<Settings, 's3'>): S3Port {
  const { world } = runtime
  const { target, accessKey, secretKey } = settings.s3
  const where = { name: nameOf(target), namespace: target.namespace, accessKey }
  const failed = (name: string, httpStatusCode: number): never =>
    translated(s3Problem, where, { message: name, name, $metadata: { httpStatusCode } })
  const open = () => {
    translating(s3Problem, where, () => connect(world, target))
    if (accessKey !== world.s3.accessKey) return failed('InvalidAccessKeyId', 403)
    if (secretKey.reveal() !== world.s3.secretKey) return failed('SignatureDoesNotMatch', 403)
    return world.s3.buckets
  }
  const owned = (name: string) => {
    const bucket = open()[name]
    if (!bucket) return failed('NoSuchBucket', 404)
    return bucket.foreign ? failed('AccessDenied', 403) : bucket
  }
  return {
    async buckets() {
      return Object.keys(open()).sort()
    },
    async bucket(name) {
      const found = open()[name]
      if (!found) return 'absent'
      return found.foreign ? 'forbidden' : 'present'
    },
    async createBucket(name) {
      const buckets = open()
      if (buckets[name]?.foreign) owned(name)
      buckets[name] ??= { tags: {}, objects: {} }
      runtime.touch()
    },
    async removeBucket(name) {
      owned(name)
      delete world.s3.buckets[name]
      runtime.touch()
    },
    async tags(name) {
      return { ...owned(name).tags }
    },
    async roundTrip(name, key) {
      const { objects } = owned(name)
      objects[key] = 'canary'
      delete objects[key]
    },
    async size(name, { prefix = '', limit }) {
      const found = Object.entries(owned(name).objects).filter(([key]) => key.startsWith(prefix))
      const looked = found.slice(0, limit)
      return {
        objects: looked.length,
        bytes: looked.reduce((sum, [, content]) => sum + content.length, 0),
        more: found.length > looked.length,
      }
    },
  }
}
