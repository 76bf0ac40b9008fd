import type { Access, PlannedStep, Setting, StepInfo } from '../../../src/engine/events.ts'
import type { Problem } from '../../../src/engine/problem.ts'
import type { SystemName } from '../../../src/engine/task.ts'
import { step } from './tape.ts'

/** The steps, settings and problems that the recorded runs play with. */

export const CLUSTER = { context: 'admin@thinkube', server: 'https://10.10.0.21:6443' }

export const SETTINGS: readonly Setting[] = [
  { key: 'namespace', value: 'langfuse', origin: 'default' },
  { key: 'domain', value: 'tk.test', origin: 'Gateway gateway-system/thinkube-gateway' },
  { key: 'host', value: 'langfuse.tk.test', origin: 'domain' },
  { key: 'expose', value: 'gateway', origin: 'Gateway gateway-system/thinkube-gateway' },
  { key: 'version', value: '3.113.0', origin: 'default' },
  { key: 'registry', value: 'registry.tk.test/library', origin: 'ConfigMap harbor/harbor-system-images' },
  {
    key: 'postgres',
    value: 'postgres/postgresql-official:5432',
    origin: 'Service postgres/postgresql-official',
  },
  { key: 'postgres.admin', value: 'tkadmin', origin: 'Secret postgres/postgres-admin' },
  { key: 'postgres.password', value: 'hidden', origin: 'Secret postgres/postgres-admin' },
  { key: 'clickhouse', value: 'clickhouse/clickhouse:8123', origin: 'Service clickhouse/clickhouse' },
  { key: 'valkey', value: 'valkey/valkey:6379', origin: 'Service valkey/valkey' },
  { key: 's3', value: 'https://s3.tk.test', origin: 'ConfigMap seaweedfs/thinkube-service-config' },
  { key: 'keycloak', value: 'https://auth.tk.test', origin: 'HTTPRoute keycloak/keycloak' },
  { key: 'keycloak.realm', value: 'thinkube', origin: 'ConfigMap thinkube-control/config' },
]

const check = (group: string, id: string, title: string): StepInfo =>
  step('check', group, [`preflight/${id}`, title])

export const CHECKS = {
  api: check('Cluster', 'api-server', 'The API server answers'),
  rights: check('Cluster', 'rights', 'We may create what is needed'),
  gateway: check('Cluster', 'route', 'The public host has a way in'),
  tls: check('Cluster', 'certificate', 'The certificate covers the host'),
  postgres: check('PostgreSQL', 'postgres-login', 'PostgreSQL accepts connections'),
  roles: check('PostgreSQL', 'postgres-roles', 'A role and a database can be created'),
  clickhouse: check('ClickHouse', 'clickhouse-login', 'ClickHouse accepts connections'),
  access: check('ClickHouse', 'clickhouse-access', 'ClickHouse manages users by SQL'),
  valkey: check('Valkey', 'valkey-login', 'Valkey accepts connections'),
  s3: check('S3', 's3-login', 'S3 accepts the access key'),
  keycloak: check('Keycloak', 'keycloak-login', 'Keycloak accepts the administrator'),
  realm: check('Keycloak', 'keycloak-realm', 'The realm has a user with an e-mail address'),
  web: check('Registry', 'image-web', 'The web image exists'),
  worker: check('Registry', 'image-worker', 'The worker image exists'),
} as const

export const EVIDENCE: Record<keyof typeof CHECKS, string> = {
  api: 'v1.34.4, 31 ms',
  rights: '24 of 24 allowed',
  gateway: '192.0.2.10, by Gateway.status.addresses',
  tls: '*.tk.test, 302 days left',
  postgres: '18.1 as tkadmin',
  roles: 'CREATEROLE, CREATEDB',
  clickhouse: '26.2.1 as default',
  access: 'access_management = 1',
  valkey: '8.1.1, 14 of 16 indexes free',
  s3: '2 buckets',
  keycloak: '26.1.4 as tkadmin',
  realm: 'tkuser@tk.test',
  web: 'langfuse:3.113.0',
  worker: 'langfuse-worker:3.113.0',
}

export interface CastTask {
  readonly info: StepInfo
  readonly system: SystemName
  readonly subject: string
}

const task = (
  group: string,
  [id, title]: [string, string],
  [system, subject]: [SystemName, string],
): CastTask => ({
  info: step('task', group, [id, title]),
  system,
  subject,
})

export const TASKS: readonly CastTask[] = [
  task(
    'Keys',
    ['identity/keys', 'Keys generated and escrowed'],
    ['thinkube-langfuse', 'Secret thinkube-langfuse/escrow-langfuse'],
  ),
  task('PostgreSQL', ['database/role', 'PostgreSQL role created'], ['PostgreSQL', 'role langfuse']),
  task(
    'PostgreSQL',
    ['database/database', 'PostgreSQL database created'],
    ['PostgreSQL', 'database langfuse_db'],
  ),
  task(
    'ClickHouse',
    ['analytics/database', 'ClickHouse database created'],
    ['ClickHouse', 'database langfuse'],
  ),
  task('ClickHouse', ['analytics/user', 'ClickHouse user created'], ['ClickHouse', 'user langfuse']),
  task(
    'ClickHouse',
    ['analytics/grant', 'ClickHouse privileges granted'],
    ['ClickHouse', 'privileges on langfuse.*'],
  ),
  task('Buckets', ['storage/events-bucket', 'Bucket for events created'], ['S3', 'bucket langfuse-events']),
  task('Buckets', ['storage/media-bucket', 'Bucket for media created'], ['S3', 'bucket langfuse-media']),
  task('Valkey', ['cache/valkey-index', 'Valkey database index chosen'], ['Valkey', 'database index 7']),
  task(
    'Single sign-on',
    ['identity/keycloak-client', 'Keycloak client created'],
    ['Keycloak', 'client langfuse in realm thinkube'],
  ),
  task(
    'Single sign-on',
    ['identity/oauth-secret', 'OAuth secret written'],
    ['Kubernetes', 'Secret langfuse/langfuse-oauth-secret'],
  ),
  task(
    'Workload',
    ['workload/config-secret', 'Configuration written'],
    ['Kubernetes', 'Secret langfuse/langfuse-config'],
  ),
  task('Workload', ['workload/web', 'Web deployed and ready'], ['Langfuse', 'Deployment langfuse/langfuse']),
  task(
    'Workload',
    ['workload/worker', 'Worker deployed and ready'],
    ['Langfuse', 'Deployment langfuse/langfuse-worker'],
  ),
  task(
    'Workload',
    ['workload/route', 'Route published'],
    ['Kubernetes', 'HTTPRoute langfuse/langfuse-route'],
  ),
  task(
    'Publishing',
    ['publish/service-config', 'Service described to the platform'],
    ['Kubernetes', 'ConfigMap langfuse/thinkube-service-config'],
  ),
]

export const VERIFY = [
  step('verify', 'Langfuse', ['verify/health', 'Langfuse is healthy']),
  step('verify', 'Langfuse', ['verify/keys', 'The keys open the project']),
  step('verify', 'Traces', ['verify/otel-trace', 'An OpenTelemetry trace comes back']),
  step('verify', 'Traces', ['verify/legacy-trace', 'An SDK trace comes back']),
  step('verify', 'Single sign-on', ['verify/authorize', 'The login page is reached']),
] as const

export const VERIFY_EVIDENCE = [
  '3.113.0, web and worker',
  'project default',
  'read back after 1.4 s, timestamps equal',
  'read back after 1.1 s, timestamps equal',
  'state and code_challenge present',
] as const

export const ACCESS: Access = {
  url: 'https://langfuse.tk.test',
  login: 'tkuser@tk.test',
  organization: 'Thinkube',
  project: 'Default Project',
  publicKey: 'lf_pk_3f9c1be07d5a4e62b8a1c0d9e7f65432',
  secrets: [
    { name: 'secret-key', label: 'Secret key' },
    { name: 'password', label: 'Password' },
    { name: 'admin-api-key', label: 'Admin API key' },
  ],
  health: [
    { component: 'Web', is: 'ok', evidence: '3.113.0, ready' },
    { component: 'Worker', is: 'ok', evidence: '3.113.0, queues empty' },
    { component: 'Trace round trip', is: 'ok', evidence: '1.4 s' },
    { component: 'Single sign-on', is: 'ok', evidence: 'realm thinkube' },
  ],
}

export const plan = (change: (task: CastTask) => Partial<PlannedStep>): readonly PlannedStep[] =>
  TASKS.map(one => ({
    ...one.info,
    system: one.system,
    subject: one.subject,
    change: 'create',
    ...change(one),
  }))

export const PROBLEMS = {
  password: {
    code: 'postgres/login-refused',
    kind: 'forbidden',
    summary: 'PostgreSQL refuses the password of tkadmin',
    detail: ['The server said: password authentication failed for user "tkadmin" (28P01)'],
    nextSteps: [
      ['Give the right one with ', { command: 'thinkube-langfuse install --postgres-password-file FILE' }],
      'Compare Secret postgres/postgres-admin with the password the server was started with',
    ],
  },
  clickhouse: {
    code: 'kubernetes/no-endpoints',
    kind: 'unreachable',
    summary: 'No pod stands behind Service clickhouse/clickhouse',
    detail: [
      'EndpointSlice clickhouse/clickhouse-x7k2p has no ready address',
      'StatefulSet clickhouse/clickhouse has 0 of 1 replicas',
    ],
    nextSteps: [
      ['Start it: ', { command: 'kubectl -n clickhouse scale statefulset clickhouse --replicas=1' }],
    ],
  },
  image: {
    code: 'registry/image-missing',
    kind: 'missing',
    summary: [{ value: 'library/langfuse-worker:3.113.0' }, ' is not in the registry'],
    nextSteps: [
      'Mirror the image into Harbor, or choose a version that both images have with --langfuse-version 3.173.0',
    ],
  },
  access: {
    code: 'clickhouse/no-access-management',
    kind: 'unsupported',
    summary: 'ClickHouse does not let us create users, so Langfuse shares the platform’s user',
    nextSteps: ['Set access_management to 1 for the administrator and run install again'],
  },
  pull: {
    code: 'kubernetes/image-pull',
    kind: 'missing',
    summary: 'The image registry.tk.test/library/langfuse:3.113.0 cannot be pulled',
    detail: [
      'Failed to pull image: manifest unknown',
      'Pod langfuse/langfuse-6c9d8f7b5-2xk4n is in ImagePullBackOff since 42 s',
    ],
    nextSteps: [
      ['See what the registry has: ', { command: 'thinkube-langfuse check --only preflight/image-web' }],
      'Mirror the image into Harbor, then choose Try again',
    ],
  },
  locked: {
    code: 'lock/held',
    kind: 'conflict',
    summary: 'Another run holds the lock: alice@ws-14, since 09:12',
    detail: ['Lease thinkube-langfuse/langfuse was renewed 4 s ago'],
    nextSteps: [
      'Wait until it ends',
      ['If that machine is gone: ', { command: 'thinkube-langfuse debug unlock' }],
    ],
  },
  trace: {
    code: 'verify/trace-lost',
    kind: 'timeout',
    summary: 'The trace that was sent does not come back within 60 s',
    detail: ['Accepted with 207', 'The ingestion queue holds 1 job and nothing takes it'],
    nextSteps: [['Look at the worker: ', { command: 'thinkube-langfuse logs --component worker' }]],
  },
} as const satisfies Record<string, Problem>
