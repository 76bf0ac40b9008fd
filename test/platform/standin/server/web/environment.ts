import { inspect } from 'node:util'
import { env } from '../env.ts'
import { encryptionKeyMessage, sharedIssues } from '../environment.ts'
import { print } from '../log.ts'

type Problems = Record<string, string[]>

const booleans = [
  'TELEMETRY_ENABLED',
  'AUTH_KEYCLOAK_ALLOW_ACCOUNT_LINKING',
  'AUTH_DISABLE_USERNAME_PASSWORD',
  'AUTH_DISABLE_SIGNUP',
  'CLICKHOUSE_CLUSTER_ENABLED',
  'LANGFUSE_CACHE_API_KEY_ENABLED',
  'LANGFUSE_S3_MEDIA_UPLOAD_FORCE_PATH_STYLE',
  'LANGFUSE_ENABLE_EXPERIMENTAL_FEATURES',
]
const roles = ['OWNER', 'ADMIN', 'MEMBER', 'VIEWER', 'NONE']

/** The web's own schema: field → messages, in the words of the zod version it uses. */
function problems(): Problems {
  const found: Problems = {}
  const add = (name: string, message: string): void => {
    found[name] = [...(found[name] ?? []), message]
  }
  const oneOf = (name: string, values: string[]): void => {
    const value = env[name]
    if (value === undefined || values.includes(value)) return
    add(name, `Invalid enum value. Expected ${values.map(v => `'${v}'`).join(' | ')}, received '${value}'`)
  }
  for (const name of ['DATABASE_URL', 'NEXTAUTH_URL', 'CLICKHOUSE_URL']) {
    if (env[name] === undefined) add(name, 'Required')
    else if (!URL.canParse(env[name]!)) add(name, 'Invalid url')
  }
  for (const name of ['NEXTAUTH_SECRET', 'CLICKHOUSE_USER', 'CLICKHOUSE_PASSWORD'])
    if (env[name] === undefined) add(name, 'Required')
  if (env.SALT === undefined) {
    add(
      'SALT',
      'A strong Salt is required to encrypt API keys securely. See: https://langfuse.com/docs/deployment/self-host#deploy-the-container',
    )
  }
  if (env.ENCRYPTION_KEY !== undefined && env.ENCRYPTION_KEY.length !== 64)
    add('ENCRYPTION_KEY', encryptionKeyMessage)
  for (const name of booleans) oneOf(name, ['true', 'false'])
  oneOf('LANGFUSE_DEFAULT_ORG_ROLE', roles)
  oneOf('LANGFUSE_DEFAULT_PROJECT_ROLE', roles.slice(0, 4))
  for (const check of env.AUTH_KEYCLOAK_CHECKS?.split(',').map(c => c.trim()) ?? []) {
    if (!['nonce', 'none', 'pkce', 'state'].includes(check)) {
      add(
        'AUTH_KEYCLOAK_CHECKS',
        `Invalid enum value. Expected 'nonce' | 'none' | 'pkce' | 'state', received '${check}'`,
      )
    }
  }
  if (env.AUTH_SESSION_MAX_AGE !== undefined && !(Number(env.AUTH_SESSION_MAX_AGE) > 5)) {
    add(
      'AUTH_SESSION_MAX_AGE',
      'AUTH_SESSION_MAX_AGE must be > 5 as session JWT tokens are refreshed every 5 minutes',
    )
  }
  if (
    env.LANGFUSE_INIT_USER_EMAIL !== undefined &&
    !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(env.LANGFUSE_INIT_USER_EMAIL)
  ) {
    add('LANGFUSE_INIT_USER_EMAIL', 'Invalid email')
  }
  return found
}

/** Prints what is wrong as the server does; returns the text of the failure, or undefined when all is well. */
export function environmentFailure(): string | undefined {
  const found = problems()
  if (Object.keys(found).length > 0) {
    print(`❌ Invalid environment variables: ${inspect(found, { breakLength: 80 })}`)
    return 'Error: An error occurred while loading instrumentation hook: Invalid environment variables'
  }
  // A failure of the shared schema cannot even be reported there: the log shows only this.
  if (sharedIssues().length > 0)
    return '[TypeError: Cannot set property message of ZodError which has only a getter]'
  return undefined
}
