import type { Settings } from '../../src/config/settings.ts'
import { task } from '../define.ts'

/** Langfuse never creates its buckets, and a missing one shows only when the first event is lost. */
export function bucketTask(kind: 'events' | 'media', id: string) {
  const name = (settings: Settings) => settings.s3.buckets[kind]
  return task({
    id,
    title: `Bucket for ${kind} created`,
    system: 'S3',
    subject: ({ settings }) => `bucket ${name(settings)}`,
    needs: {},
    async observe({ services, signal }) {
      const found = await services.s3.bucket(name(services.settings), signal)
      if (found === 'absent') return { is: 'absent', expected: { name: name(services.settings) } }
      if (found === 'present') return { is: 'present', output: { name: name(services.settings) } }
      return {
        is: 'foreign',
        owner: 'another identity',
        nextSteps: [`Choose another bucket name in the settings file: s3.buckets.${kind}`],
      }
    },
    async apply({ services, signal }) {
      await services.s3.createBucket(name(services.settings), signal)
    },
    undo: {
      keep:
        kind === 'events'
          ? 'its objects are the source from which traces can be replayed'
          : 'files that users uploaded are in it',
    },
  })
}
