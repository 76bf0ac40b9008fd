import { env } from './env.ts'

export type Issue = Record<string, unknown> & { path: string[]; message: string }

const keyMessage =
  'ENCRYPTION_KEY must be 256 bits, 64 string characters in hex format, generate via: openssl rand -hex 32'

/** What both processes check; the worker prints it raw, the web dies of it silently. */
export function sharedIssues(): Issue[] {
  const issues: Issue[] = []
  const missing = (name: string, message: string): void => {
    if (env[name] === undefined)
      issues.push({ expected: 'string', code: 'invalid_type', path: [name], message })
  }
  const boolean = (name: string): void => {
    if (env[name] === undefined || env[name] === 'true' || env[name] === 'false') return
    issues.push({
      code: 'invalid_value',
      values: ['true', 'false'],
      path: [name],
      message: 'Invalid option: expected one of "true"|"false"',
    })
  }
  if (env.ENCRYPTION_KEY !== undefined && env.ENCRYPTION_KEY.length !== 64) {
    const long = env.ENCRYPTION_KEY.length > 64
    issues.push({
      origin: 'string',
      code: long ? 'too_big' : 'too_small',
      [long ? 'maximum' : 'minimum']: 64,
      path: ['ENCRYPTION_KEY'],
      message: keyMessage,
    })
  }
  if (env.NEXTAUTH_URL !== undefined && !URL.canParse(env.NEXTAUTH_URL)) {
    issues.push({ code: 'invalid_format', format: 'url', path: ['NEXTAUTH_URL'], message: 'Invalid URL' })
  }
  missing('CLICKHOUSE_URL', 'Invalid input: expected string, received undefined')
  missing('CLICKHOUSE_USER', 'Invalid input: expected string, received undefined')
  missing('CLICKHOUSE_PASSWORD', 'Invalid input: expected string, received undefined')
  missing('LANGFUSE_S3_EVENT_UPLOAD_BUCKET', 'Langfuse requires a bucket name for S3 Event Uploads.')
  for (const name of [
    'LANGFUSE_S3_EVENT_UPLOAD_FORCE_PATH_STYLE',
    'REDIS_TLS_ENABLED',
    'REDIS_CLUSTER_ENABLED',
    'REDIS_ENABLE_AUTO_PIPELINING',
    'CLICKHOUSE_CLUSTER_ENABLED',
  ])
    boolean(name)
  return issues
}

export const encryptionKeyMessage = keyMessage
