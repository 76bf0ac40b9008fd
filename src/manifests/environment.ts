import type { Secret } from '../config/secret.ts'
import type { Settings } from '../config/settings.ts'

export interface Credentials {
  readonly nextauthSecret: Secret
  readonly salt: Secret
  readonly encryptionKey: Secret
  readonly adminApiKey: Secret
  readonly projectPublicKey: Secret
  readonly projectSecretKey: Secret
  readonly initUserPassword: Secret
  readonly postgresPassword: Secret
  readonly clickhouse: { readonly user: string; readonly password: Secret; readonly rawDatetime: boolean }
  readonly keycloakClientSecret: Secret
  readonly valkeyIndex: number
}

/** Host name of a Service inside the cluster. */
export const clusterHost = (target: { readonly service: string; readonly namespace: string }): string =>
  `${target.service}.${target.namespace}.svc.cluster.local`

/**
 * Every variable of web and worker, as Secret `langfuse-config` holds them. What differs between the two containers
 * (media endpoint, heap) stands in the Deployments.
 */
export function environment(settings: Settings, credentials: Credentials): Record<string, string> {
  return {
    ...databases(settings, credentials),
    ...objectStorage(settings),
    ...identity(settings, credentials),
    ...firstData(settings, credentials),
    NEXTAUTH_URL: `https://${settings.host}`,
    NEXTAUTH_SECRET: credentials.nextauthSecret.reveal(),
    SALT: credentials.salt.reveal(),
    ENCRYPTION_KEY: credentials.encryptionKey.reveal(),
    ADMIN_API_KEY: credentials.adminApiKey.reveal(),
    // Kubernetes sets HOSTNAME to the pod's name and both servers bind to it: probes would pass, port-forward would not.
    HOSTNAME: '0.0.0.0',
    TZ: 'UTC',
    TELEMETRY_ENABLED: 'false',
    // Text logs drop the metadata of an error, and with it the cause of most S3 and ClickHouse failures.
    LANGFUSE_LOG_FORMAT: 'json',
    // Above the idle timeout that gateways keep towards their backends, else sporadic 502s.
    KEEP_ALIVE_TIMEOUT: '75000',
  }
}

function databases(settings: Settings, credentials: Credentials): Record<string, string> {
  const { postgres, clickhouse, valkey } = settings
  const encode = encodeURIComponent
  const clickhouseUrl = `http://${clusterHost(clickhouse.target)}:${clickhouse.target.port}`
  const valkeyLogin = valkey.password ? `:${encode(valkey.password.reveal())}@` : ''
  return {
    DATABASE_URL: `postgresql://${encode(postgres.role)}:${encode(credentials.postgresPassword.reveal())}@${clusterHost(postgres.target)}:${postgres.target.port}/${encode(postgres.database)}`,
    CLICKHOUSE_URL: credentials.clickhouse.rawDatetime ? `${clickhouseUrl}?${RAW_DATETIME}` : clickhouseUrl,
    CLICKHOUSE_MIGRATION_URL: `clickhouse://${clusterHost(clickhouse.target)}:${clickhouse.nativePort}`,
    CLICKHOUSE_USER: credentials.clickhouse.user,
    CLICKHOUSE_PASSWORD: credentials.clickhouse.password.reveal(),
    CLICKHOUSE_DB: clickhouse.database,
    CLICKHOUSE_CLUSTER_ENABLED: 'false',
    REDIS_CONNECTION_STRING: `redis://${valkeyLogin}${clusterHost(valkey.target)}:${valkey.target.port}/${credentials.valkeyIndex}`,
  }
}

/**
 * From 26.8 on ClickHouse reads a bare number as seconds where Langfuse sends milliseconds, and stores every time
 * × 1000 without a word (langfuse/langfuse#16858). Older servers do not know the setting and refuse it.
 */
const RAW_DATETIME = 'clickhouse_setting_input_format_read_datetime_number_as_raw_value=1'

function objectStorage({ s3 }: Settings): Record<string, string> {
  const internal = `http://${clusterHost(s3.target)}:${s3.target.port}`
  const access = {
    REGION: s3.region,
    ENDPOINT: internal,
    ACCESS_KEY_ID: s3.accessKey,
    SECRET_ACCESS_KEY: s3.secretKey.reveal(),
    FORCE_PATH_STYLE: 'true',
  }
  return {
    ...prefixed('LANGFUSE_S3_EVENT_UPLOAD_', { BUCKET: s3.buckets.events, ...access }),
    ...prefixed('LANGFUSE_S3_MEDIA_UPLOAD_', { BUCKET: s3.buckets.media, ...access }),
    ...prefixed('LANGFUSE_S3_BATCH_EXPORT_', {
      ENABLED: 'true',
      BUCKET: s3.buckets.events,
      PREFIX: 'exports/',
      EXTERNAL_ENDPOINT: s3.publicUrl,
      ...access,
    }),
  }
}

function identity({ keycloak }: Settings, credentials: Credentials): Record<string, string> {
  return {
    AUTH_KEYCLOAK_CLIENT_ID: keycloak.clientId,
    AUTH_KEYCLOAK_CLIENT_SECRET: credentials.keycloakClientSecret.reveal(),
    AUTH_KEYCLOAK_ISSUER: `${keycloak.url}/realms/${keycloak.realm}`,
    // Unset means neither state nor PKCE at 3.113.0.
    AUTH_KEYCLOAK_CHECKS: 'pkce,state',
    AUTH_KEYCLOAK_ALLOW_ACCOUNT_LINKING: 'true',
  }
}

function firstData({ langfuse }: Settings, credentials: Credentials): Record<string, string> {
  return {
    LANGFUSE_INIT_ORG_ID: langfuse.organization.id,
    LANGFUSE_INIT_ORG_NAME: langfuse.organization.name,
    LANGFUSE_INIT_PROJECT_ID: langfuse.project.id,
    LANGFUSE_INIT_PROJECT_NAME: langfuse.project.name,
    LANGFUSE_INIT_PROJECT_PUBLIC_KEY: credentials.projectPublicKey.reveal(),
    LANGFUSE_INIT_PROJECT_SECRET_KEY: credentials.projectSecretKey.reveal(),
    LANGFUSE_INIT_USER_EMAIL: langfuse.userEmail,
    LANGFUSE_INIT_USER_NAME: langfuse.userName,
    LANGFUSE_INIT_USER_PASSWORD: credentials.initUserPassword.reveal(),
    LANGFUSE_DEFAULT_ORG_ID: langfuse.organization.id,
    LANGFUSE_DEFAULT_ORG_ROLE: langfuse.defaultRole,
  }
}

function prefixed(prefix: string, values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [prefix + key, value]))
}
