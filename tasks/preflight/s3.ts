import { pass } from '../../src/engine/check.ts'
import type { PreflightCheck } from '../define.ts'

/** A signed request with the identity that Langfuse will use. */
export const s3: PreflightCheck = {
  id: 'preflight/s3',
  title: 'Object storage accepts the identity',
  group: 'Object storage',
  subject: 'the S3 service',
  async run({ services, signal }) {
    const buckets = await services.s3.buckets(signal)
    return pass(
      `${buckets.length} ${buckets.length === 1 ? 'bucket' : 'buckets'}, as ${services.settings.s3.accessKey}`,
    )
  },
}
