import type { Secret } from '../../config/secret.ts'
import type { Settings } from '../../config/settings.ts'
import type { Setting } from '../../engine/events.ts'
import type { KubernetesPort } from '../kubernetes/port.ts'
import { Finder, type Given, needed } from './finder.ts'
import { fixedSettings } from './fixed-settings.ts'
import { containerEnv, hostOfRoute, listenerOf, privateCaOf } from './read-objects.ts'

export interface Discovered {
  readonly settings: Settings
  /** Every decision with where it came from, for the screen and for `config view`. */
  readonly origins: readonly Setting[]
}

const CONTROL = 'thinkube-control'

/** Finds out what an installation needs from the cluster itself; what was given wins. */
export async function discover(
  kubernetes: KubernetesPort,
  given: Given,
  signal: AbortSignal,
): Promise<Discovered> {
  const find = new Finder(kubernetes, given, signal)
  const control = () => find.object('Deployment', 'thinkube-control-backend', CONTROL, 'apps/v1')
  const controlEnv = (name: string) => ({
    origin: `Deployment ${CONTROL}/thinkube-control-backend ${name}`,
    find: async () => containerEnv(await control(), name),
  })
  const controlSecret = (name: string, key: string) => ({
    origin: `Secret ${CONTROL}/${name} ${key}`,
    find: () => find.secretKey(CONTROL, name, key),
  })
  const keycloakRoute = () => find.object('HTTPRoute', 'keycloak', 'keycloak', 'gateway.networking.k8s.io/v1')

  const namespace = (await find.text('namespace', [], 'langfuse'))!
  const gatewayName = (await find.text('gateway.name', [], 'thinkube-gateway'))!
  const gatewayNamespace = (await find.text('gateway.namespace', [], 'gateway-system'))!
  const section = (await find.text('gateway.section', [], 'https'))!
  const gateway = () => find.object('Gateway', gatewayName, gatewayNamespace, 'gateway.networking.k8s.io/v1')

  const domain = needed(
    await find.text('domain', [
      {
        origin: `Gateway ${gatewayNamespace}/${gatewayName} listener ${section}`,
        find: async () => listenerOf(await gateway(), section)?.hostname?.replace(/^\*\./, ''),
      },
      controlEnv('DOMAIN_NAME'),
      {
        origin: 'HTTPRoute keycloak/keycloak',
        find: async () => hostOfRoute(await keycloakRoute())?.replace(/^auth\./, ''),
      },
    ]),
    'the domain',
    [['Is this a Thinkube? Name the domain yourself: ', { command: 'THINKUBE_LANGFUSE_DOMAIN=example.com' }]],
  )
  const keycloakUrl = await find.text(
    'keycloak.url',
    [
      controlEnv('KEYCLOAK_URL'),
      {
        origin: 'HTTPRoute keycloak/keycloak',
        find: async () => prefixed('https://', hostOfRoute(await keycloakRoute())),
      },
    ],
    `https://auth.${domain}`,
  )
  const realm = await find.text(
    'keycloak.realm',
    [controlEnv('KEYCLOAK_REALM'), controlSecret('thinkube-control-keycloak', 'realm')],
    'thinkube',
  )
  const registryHost = await find.text(
    'registry.host',
    [
      {
        origin: 'HTTPRoute registry/harbor',
        find: async () =>
          hostOfRoute(await find.object('HTTPRoute', 'harbor', 'registry', 'gateway.networking.k8s.io/v1')),
      },
      controlEnv('HARBOR_URL'),
    ],
    `registry.${domain}`,
  )
  const adminUser = await find.text(
    'admin.user',
    [
      controlSecret('admin-credentials', 'admin-username'),
      {
        origin: 'StatefulSet postgres/postgresql-official',
        find: async () =>
          containerEnv(
            await find.object('StatefulSet', 'postgresql-official', 'postgres', 'apps/v1'),
            'POSTGRES_USER',
          ),
      },
      controlEnv('POSTGRES_USER'),
    ],
    'tkadmin',
  )
  const platformPassword = [
    controlSecret('admin-credentials', 'admin-password'),
    controlSecret('postgresql-official', 'postgres-password'),
  ]
  const password = async (
    key: string,
    own: readonly { origin: string; find(): Promise<string | undefined> }[] = [],
  ): Promise<Secret> =>
    needed(await find.secret(key, [...own, ...platformPassword]), `the password of ${key.split('.')[0]}`, [
      ['Give it in a file: ', { command: `--${key.split('.')[0]}-password-file FILE` }],
      ['Or use a login that may read ', { value: `Secret ${CONTROL}/admin-credentials` }],
    ])
  const ownSecret = (ns: string, name: string, key: string) => ({
    origin: `Secret ${ns}/${name} ${key}`,
    find: () => find.secretKey(ns, name, key),
  })

  const settings: Settings = {
    ...(await fixedSettings(find, { namespace, domain })),
    gateway: { name: gatewayName, namespace: gatewayNamespace, section },
    registry: {
      host: registryHost!.replace(/^https?:\/\//, ''),
      project: (await find.text('registry.project', [], 'library'))!,
    },
    postgres: {
      target: { namespace: 'postgres', service: 'postgresql-official', port: 5432 },
      admin: {
        user: (await find.text('postgres.user', [], adminUser))!,
        password: await password('postgres.password'),
      },
      database: (await find.text('postgres.database', [], 'langfuse_db'))!,
      role: (await find.text('postgres.role', [], 'langfuse'))!,
    },
    clickhouse: {
      target: { namespace: 'clickhouse', service: 'clickhouse-clickhouse', port: 8123 },
      nativePort: 9000,
      admin: {
        user: (await find.text(
          'clickhouse.user',
          [ownSecret('clickhouse', 'clickhouse-credentials', 'user')],
          'default',
        ))!,
        password: await password('clickhouse.password', [
          ownSecret('clickhouse', 'clickhouse-credentials', 'password'),
        ]),
      },
      database: (await find.text('clickhouse.database', [], 'langfuse'))!,
      user: (await find.text('clickhouse.role', [], 'langfuse'))!,
    },
    // No Secret means a Valkey of the older generation, without a password.
    valkey: {
      target: { namespace: 'valkey', service: 'valkey', port: 6379 },
      password: await find.secret('valkey.password', [ownSecret('valkey', 'valkey-auth', 'password')]),
    },
    s3: {
      target: { namespace: 'seaweedfs', service: 'seaweedfs-s3', port: 8333 },
      publicUrl: (await find.text(
        's3.url',
        [
          {
            origin: 'HTTPRoute seaweedfs/seaweedfs-s3-httproute',
            find: async () =>
              prefixed(
                'https://',
                hostOfRoute(
                  await find.object(
                    'HTTPRoute',
                    'seaweedfs-s3-httproute',
                    'seaweedfs',
                    'gateway.networking.k8s.io/v1',
                  ),
                ),
              ),
          },
        ],
        `https://s3.${domain}`,
      ))!,
      region: 'us-east-1',
      accessKey: needed(
        await find.text('s3.accessKey', [ownSecret('seaweedfs', 'seaweedfs-s3-config', 'access_key')]),
        's3.accessKey',
        [['Set it in the environment: ', { command: 'THINKUBE_LANGFUSE_S3_ACCESS_KEY' }]],
      ),
      secretKey: needed(
        await find.secret('s3.secretKey', [ownSecret('seaweedfs', 'seaweedfs-s3-config', 'secret_key')]),
        's3.secretKey',
        [['Give it in a file: ', { command: '--s3-secret-key-file FILE' }]],
      ),
      buckets: {
        events: (await find.text('s3.buckets.events', [], 'langfuse-events'))!,
        media: (await find.text('s3.buckets.media', [], 'langfuse-media'))!,
      },
    },
    keycloak: {
      target: { namespace: 'keycloak', service: 'keycloak', port: 8080 },
      url: keycloakUrl!.replace(/\/$/, ''),
      realm: realm!,
      admin: {
        user: (await find.text('keycloak.user', [], adminUser))!,
        password: await password('keycloak.password'),
      },
      clientId: (await find.text('keycloak.clientId', [], 'langfuse'))!,
    },
    tls: {
      caPem: await find
        .text('tls.ca', [])
        .then(
          async given =>
            given ?? (await privateCaOf(find, gatewayNamespace, listenerOf(await gateway(), section))),
        ),
    },
  }
  return {
    settings,
    origins: find.settings.map(row => (row.key === 'tls.ca' ? { ...row, value: 'given' } : row)),
  }
}

const prefixed = (prefix: string, value: string | undefined): string | undefined =>
  value === undefined ? undefined : prefix + value
