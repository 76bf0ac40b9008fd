import { env, flag } from '../env.ts'
import { log } from '../log.ts'

type Sdk = typeof import('./s3-sdk.ts')
let sdk: Promise<Sdk> | undefined
const load = (): Promise<Sdk> => {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
  sdk ??= import('./s3-sdk.ts')
  return sdk
}

export type Area = 'EVENT_UPLOAD' | 'MEDIA_UPLOAD' | 'BATCH_EXPORT'

const clients = new Map<Area, InstanceType<Sdk['S3Client']>>()

export function settings(area: Area) {
  const get = (suffix: string) => env[`LANGFUSE_S3_${area}_${suffix}`]
  return {
    region: get('REGION'),
    endpoint: get('ENDPOINT'),
    accessKeyId: get('ACCESS_KEY_ID'),
    secretAccessKey: get('SECRET_ACCESS_KEY'),
    pathStyle: flag(`LANGFUSE_S3_${area}_FORCE_PATH_STYLE`, false),
  }
}

async function client(area: Area) {
  const { S3Client } = await load()
  const known = clients.get(area)
  if (known) return known
  const { region, endpoint, accessKeyId, secretAccessKey, pathStyle } = settings(area)
  const made = new S3Client({
    region,
    endpoint,
    forcePathStyle: pathStyle,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(accessKeyId && secretAccessKey ? { credentials: { accessKeyId, secretAccessKey } } : {}),
  })
  clients.set(area, made)
  return made
}

const bucket = (area: Area) => env[`LANGFUSE_S3_${area}_BUCKET`] ?? ''

/**
 * A missing region ends the real server at its first event: the SDK throws where nobody listens.
 * A rejection that nobody awaits does the same here.
 */
function crashWithoutRegion(area: Area): void {
  if (settings(area).region || env.AWS_REGION || env.AWS_DEFAULT_REGION) return
  void Promise.reject(new Error('Region is missing'))
}

async function attempt<T>(what: string, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    log.error(`${what} ${path}`, error)
    throw new Error(what)
  }
}

export async function uploadJson(path: string, body: unknown): Promise<void> {
  crashWithoutRegion('EVENT_UPLOAD')
  await attempt('Failed to upload JSON to S3', path, async () => {
    const { PutObjectCommand } = await load()
    const s3 = await client('EVENT_UPLOAD')
    await s3.send(
      new PutObjectCommand({
        Bucket: bucket('EVENT_UPLOAD'),
        Key: path,
        Body: JSON.stringify(body),
        ContentType: 'application/json',
      }),
    )
  })
}

export async function download(path: string): Promise<string> {
  crashWithoutRegion('EVENT_UPLOAD')
  return attempt('Failed to download file from S3', path, async () => {
    const { GetObjectCommand } = await load()
    const s3 = await client('EVENT_UPLOAD')
    const answer = await s3.send(new GetObjectCommand({ Bucket: bucket('EVENT_UPLOAD'), Key: path }))
    return (await answer.Body?.transformToString()) ?? ''
  })
}

export async function list(prefix: string): Promise<{ file: string; createdAt: Date }[]> {
  crashWithoutRegion('EVENT_UPLOAD')
  return attempt('Failed to list files from S3', prefix, async () => {
    const { ListObjectsV2Command } = await load()
    const s3 = await client('EVENT_UPLOAD')
    const answer = await s3.send(new ListObjectsV2Command({ Bucket: bucket('EVENT_UPLOAD'), Prefix: prefix }))
    return (answer.Contents ?? []).map(o => ({ file: o.Key ?? '', createdAt: o.LastModified ?? new Date() }))
  })
}

export async function removeAll(area: Area, paths: string[]): Promise<void> {
  if (paths.length === 0) return
  await attempt('Failed to delete files from S3', paths[0]!, async () => {
    const { DeleteObjectsCommand } = await load()
    const s3 = await client(area)
    await s3.send(
      new DeleteObjectsCommand({
        Bucket: bucket(area),
        Delete: { Objects: paths.map(Key => ({ Key })), Quiet: true },
      }),
    )
  })
}
