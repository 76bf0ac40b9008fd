import { z } from 'zod'
import { parseDuration } from './duration.ts'

/** One setting that a file, the environment or a flag may give. Everything else is discovered. */
export interface Key {
  /** Checks and normalises the text. */
  readonly schema: z.ZodType<string>
  /** Never written into the file itself: `…File` names a file that holds it. */
  readonly is: 'text' | 'secret' | 'content'
  /** The name discovery asks for, where it differs. */
  readonly as?: string
}

const label = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'lower-case letters, digits and dashes, at most 63')
const host = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/,
    'a DNS name such as example.com',
  )
// Hosts of a registry and of a port on it.
const authority = z.string().regex(/^[a-z0-9.-]+(:\d+)?$/, 'a host, with a port if need be')
const url = z.url({ protocol: /^https?$/, error: 'an http or https URL' })
const identifier = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/, 'lower-case letters, digits and underscores')
const words = z.string().trim().min(1, 'not empty').max(200, 'at most 200 characters')
const id = z.string().regex(/^[A-Za-z0-9_-]{1,100}$/, 'letters, digits, dashes and underscores')
const bucket = z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'a bucket name')
const cpu = z.string().regex(/^(\d+m|\d+(\.\d+)?)$/, 'CPUs such as 500m or 2')
const memory = z.string().regex(/^\d+(\.\d+)?(Ki|Mi|Gi|Ti|k|M|G|T)?$/, 'memory such as 1Gi')
const duration = z
  .string()
  .refine(value => parseDuration(value) !== undefined, 'a duration such as 90s, 10m or 1h30m')
  .transform(value => String(parseDuration(value)))

const text = (schema: z.ZodType<string>, as?: string): Key => ({ schema, is: 'text', ...(as && { as }) })
const secret: Key = { schema: z.string().min(1, 'not empty'), is: 'secret' }

/** What can be overridden, by its path in the file. The name in the environment is made from it: `environmentName`. */
export const KEYS: Readonly<Record<string, Key>> = {
  namespace: text(label),
  stateNamespace: text(label),
  domain: text(host),
  host: text(host),
  timeout: text(duration, 'timeoutMs'),
  'gateway.name': text(label),
  'gateway.namespace': text(label),
  'gateway.section': text(label),
  'registry.host': text(authority),
  'registry.project': text(id),
  'keycloak.url': text(url),
  'keycloak.realm': text(words),
  'keycloak.clientId': text(id),
  'keycloak.user': text(words),
  'keycloak.password': secret,
  'postgres.database': text(identifier),
  'postgres.role': text(identifier),
  'postgres.user': text(words),
  'postgres.password': secret,
  'clickhouse.database': text(identifier),
  'clickhouse.role': text(identifier),
  'clickhouse.user': text(words),
  'clickhouse.password': secret,
  'valkey.password': secret,
  's3.url': text(url),
  's3.accessKey': text(words),
  's3.secretKey': secret,
  's3.buckets.events': text(bucket),
  's3.buckets.media': text(bucket),
  'tls.ca': {
    schema: z.string().regex(/-----BEGIN CERTIFICATE-----/, 'certificates in PEM'),
    is: 'content',
  },
  'langfuse.version': text(z.string().regex(/^\d+\.\d+\.\d+$/, 'a version such as 3.113.0')),
  'langfuse.organization.id': text(id),
  'langfuse.organization.name': text(words),
  'langfuse.project.id': text(id),
  'langfuse.project.name': text(words),
  'langfuse.user.email': text(z.email('an e-mail address')),
  'langfuse.user.name': text(words),
  'langfuse.defaultRole': text(z.enum(['OWNER', 'ADMIN', 'MEMBER', 'VIEWER', 'NONE'])),
  ...resources('web'),
  ...resources('worker'),
}

function resources(part: 'web' | 'worker'): Record<string, Key> {
  return {
    [`resources.${part}.requests.cpu`]: text(cpu),
    [`resources.${part}.requests.memory`]: text(memory),
    [`resources.${part}.limits.cpu`]: text(cpu),
    [`resources.${part}.limits.memory`]: text(memory),
  }
}

export const PREFIX = 'THINKUBE_LANGFUSE_'

/** `s3.secretKey` → `THINKUBE_LANGFUSE_S3_SECRET_KEY`; below `langfuse.` that word is not repeated. */
export function environmentName(key: string): string {
  return (
    PREFIX +
    key
      .replace(/^langfuse\./, '')
      .replaceAll('.', '_')
      .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
      .toUpperCase()
  )
}

/** Names under our prefix that other parts of the program read. */
export const OTHER_ENVIRONMENT = [`${PREFIX}CACHE`, `${PREFIX}CONFIG`] as const
export const CONFIG_ENVIRONMENT = `${PREFIX}CONFIG`
export const isOurs = (name: string): boolean => name.startsWith(PREFIX)
