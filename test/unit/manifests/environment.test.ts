import { describe, expect, it } from 'vitest'
import { Secret } from '../../../src/config/secret.ts'
import { type Credentials, environment } from '../../../src/manifests/environment.ts'
import { thinkubeWorld } from '../../../src/platform/memory/fixture.ts'
import { memorySettings } from '../../../src/platform/memory/settings.ts'

const settings = memorySettings(thinkubeWorld({}))
const credentials = (more: Partial<Credentials> = {}): Credentials => ({
  nextauthSecret: new Secret('n'.repeat(64)),
  salt: new Secret('s'.repeat(32)),
  encryptionKey: new Secret('e'.repeat(64)),
  adminApiKey: new Secret('a'.repeat(64)),
  projectPublicKey: new Secret('lf_pk_1'),
  projectSecretKey: new Secret('lf_sk_1'),
  initUserPassword: new Secret('password1'),
  postgresPassword: new Secret('pg@:/#?%'),
  clickhouse: { user: 'langfuse', password: new Secret('chpass'), rawDatetime: false },
  keycloakClientSecret: new Secret('kcsecret'),
  valkeyIndex: 3,
  ...more,
})

describe('environment', () => {
  it('encodes passwords into URLs and gives the rest raw', () => {
    const env = environment(
      { ...settings, valkey: { ...settings.valkey, password: new Secret('v@lk/ey') } },
      credentials(),
    )
    expect(new URL(env.DATABASE_URL!).password).toBe('pg%40%3A%2F%23%3F%25')
    expect(env.REDIS_CONNECTION_STRING).toBe('redis://:v%40lk%2Fey@valkey.valkey.svc.cluster.local:6379/3')
    expect(env.CLICKHOUSE_MIGRATION_URL).toBe(
      'clickhouse://clickhouse-clickhouse.clickhouse.svc.cluster.local:9000',
    )
  })

  it('names no password where Valkey has none', () => {
    const env = environment(
      { ...settings, valkey: { ...settings.valkey, password: undefined } },
      credentials(),
    )
    expect(env.REDIS_CONNECTION_STRING).toBe('redis://valkey.valkey.svc.cluster.local:6379/3')
  })

  it('keeps the times right on a ClickHouse that reads numbers as seconds, and only there', () => {
    const url = (rawDatetime: boolean) =>
      environment(
        settings,
        credentials({ clickhouse: { user: 'l', password: new Secret('p'), rawDatetime } }),
      ).CLICKHOUSE_URL
    expect(url(true)).toMatch(/:8123\?clickhouse_setting_input_format_read_datetime_number_as_raw_value=1$/)
    expect(url(false)).toMatch(/:8123$/)
  })

  it('protects the login and lands users in the organisation', () => {
    expect(environment(settings, credentials())).toMatchObject({
      AUTH_KEYCLOAK_CHECKS: 'pkce,state',
      AUTH_KEYCLOAK_ISSUER: 'https://auth.tk.test/realms/thinkube',
      LANGFUSE_DEFAULT_ORG_ID: 'thinkube',
      LANGFUSE_INIT_PROJECT_ID: 'default',
      CLICKHOUSE_CLUSTER_ENABLED: 'false',
      CLICKHOUSE_DB: 'langfuse',
      HOSTNAME: '0.0.0.0',
    })
  })

  it('sets nothing that breaks 3.113.0', () => {
    const env = environment(settings, credentials())
    expect(Object.keys(env)).not.toContain('REDIS_KEY_PREFIX')
    expect(Object.keys(env)).not.toContain('PORT')
    for (const [name, value] of Object.entries(env)) expect(value, name).not.toBe('')
  })
})
