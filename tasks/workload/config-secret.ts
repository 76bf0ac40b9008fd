import { Secret } from '../../src/config/secret.ts'
import { CONFIG_SECRET, configSecret as configSecretObject } from '../../src/manifests/configuration.ts'
import type { Credentials } from '../../src/manifests/environment.ts'
import type { KubeObject } from '../../src/platform/kubernetes/port.ts'
import { clickhouseGrant } from '../analytics/grant.ts'
import { clickhouseUser } from '../analytics/user.ts'
import { valkeyIndex } from '../cache/valkey-index.ts'
import { database } from '../database/database.ts'
import { task } from '../define.ts'
import { keycloakClient } from '../identity/keycloak-client.ts'
import { type Keys, keys } from '../identity/keys.ts'
import { namespace } from '../identity/namespace.ts'
import { applyObject, namespaced, observeObject, removeObject } from '../kubernetes-object.ts'
import { eventsBucket } from '../storage/events-bucket.ts'
import { mediaBucket } from '../storage/media-bucket.ts'

/** Every variable of web and worker. Its checksum restarts the pods when a value changes. */
export const configSecret = task({
  id: 'workload/config-secret',
  title: 'Configuration written',
  system: 'Kubernetes',
  subject: ({ settings }) => `Secret ${settings.namespace}/${CONFIG_SECRET}`,
  needs: {
    namespace,
    keys,
    database,
    clickhouse: clickhouseUser,
    grant: clickhouseGrant,
    events: eventsBucket,
    media: mediaBucket,
    valkey: valkeyIndex,
    client: keycloakClient,
  },
  observe: (ctx, inputs) =>
    observeObject(ctx, configSecretObject(ctx.services.settings, credentials(inputs)), stored => ({
      checksum: checksumOf(stored),
    })),
  apply: async (ctx, inputs) => {
    await applyObject(ctx, configSecretObject(ctx.services.settings, credentials(inputs)))
  },
  undo: ctx => removeObject(ctx, namespaced(ctx.services.settings, 'Secret', CONFIG_SECRET)),
})

interface Parts {
  readonly keys: Keys
  readonly clickhouse: { readonly user: string; readonly password: Secret; readonly rawDatetime: boolean }
  readonly valkey: { readonly index: number }
}

function credentials({ keys, clickhouse, valkey }: Parts): Credentials {
  return {
    nextauthSecret: keys.NEXTAUTH_SECRET,
    salt: keys.SALT,
    encryptionKey: keys.ENCRYPTION_KEY,
    adminApiKey: keys.ADMIN_API_KEY,
    projectPublicKey: keys.PROJECT_PUBLIC_KEY,
    projectSecretKey: keys.PROJECT_SECRET_KEY,
    initUserPassword: keys.INIT_USER_PASSWORD,
    postgresPassword: keys.POSTGRES_PASSWORD,
    clickhouse,
    keycloakClientSecret: keys.KEYCLOAK_CLIENT_SECRET,
    valkeyIndex: valkey.index,
  }
}

function checksumOf(stored: KubeObject): string {
  const data = (stored.data ?? {}) as Readonly<Record<string, string>>
  return new Secret(JSON.stringify(Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1)))).fingerprint()
}
