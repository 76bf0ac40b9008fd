/** The process environment as the server sees it: an empty string counts as not set. */
export const env: Record<string, string | undefined> = Object.fromEntries(
  Object.entries(process.env).filter(([, value]) => value !== undefined && value !== ''),
)

export const flag = (name: string, otherwise: boolean): boolean =>
  env[name] === undefined ? otherwise : env[name] === 'true'

export function number(name: string, otherwise: number): number {
  const value = Number(env[name])
  return env[name] !== undefined && Number.isFinite(value) ? value : otherwise
}

/** Version of Langfuse that this image stands in for; baked into the image. */
export const version = env.STANDIN_VERSION ?? '3.113.0'

export const eventBucket = () => env.LANGFUSE_S3_EVENT_UPLOAD_BUCKET ?? ''
export const eventPrefix = () => env.LANGFUSE_S3_EVENT_UPLOAD_PREFIX ?? ''

/** Delay of a legacy event in the queue, so that updates sent out of order are merged. */
export function ingestionDelay(source: 'api' | 'otel', now = new Date()): number {
  const configured = number('LANGFUSE_INGESTION_QUEUE_DELAY_MS', 15_000)
  const minutes = now.getUTCHours() * 60 + now.getUTCMinutes()
  if (minutes >= 23 * 60 + 45 || minutes <= 15) return configured
  return source === 'otel' ? 0 : Math.min(5000, configured)
}
