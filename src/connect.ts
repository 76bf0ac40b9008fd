import { randomBytes } from 'node:crypto'
import { hostname, userInfo } from 'node:os'
import type { RunInvocation } from './cli/invocation.ts'
import { VERSION } from './cli/version.ts'
import { loadOverrides, type Overrides } from './config/load.ts'
import type { Settings } from './config/settings.ts'
import type { Emit, Setting } from './engine/events.ts'
import type { LedgerEntry } from './engine/ledger.ts'
import { raise } from './engine/problem.ts'
import type { Redactor } from './output/redact.ts'
import { discover } from './platform/discovery/discover.ts'
import { createEscrow } from './platform/escrow/adapter.ts'
import type { Escrow } from './platform/escrow/port.ts'
import { openKubernetes, openPorts } from './platform/open.ts'
import type { Services } from './platform/services.ts'
import { readLedger } from './platform/state/ledger.ts'
import { openState } from './platform/state/open-state.ts'
import type { Io, OpenState } from './session.ts'
import { systemClock } from './system-clock.ts'

/** The cluster of a run: found, connected and described. */
export interface Cluster {
  readonly services: Services
  openState(signal: AbortSignal): Promise<OpenState>
  ledgerEntries(signal: AbortSignal): Promise<ReadonlyMap<string, LedgerEntry>>
  close(): Promise<void>
}

export interface ConnectOptions {
  readonly invocation: RunInvocation
  readonly io: Io
  readonly redactor: Redactor
  readonly run: string
  readonly emit: Emit
  readonly signal: AbortSignal
}

/** From a kubeconfig to services, with every decision told. */
export async function connect(options: ConnectOptions): Promise<Cluster> {
  const { invocation, io, redactor, emit, signal } = options
  const { flags, verb } = invocation
  const overrides = await loadOverrides({ flags, env: io.env, cwd: io.cwd })
  if (flags.rehearse !== undefined) return (await import('./rehearse.ts')).rehearse({ ...options, overrides })
  const connection = openKubernetes({
    version: VERSION,
    env: io.env,
    ...(flags.kubeconfig !== undefined && { path: flags.kubeconfig }),
    ...(flags.context !== undefined && { context: flags.context }),
  })
  if (flags.yes && flags.context === undefined && connection.contexts.length > 1)
    raise(whichContext(connection.contexts.map(one => one.name)))
  emit({
    type: 'run.started',
    command: verb,
    version: VERSION,
    cluster: { context: connection.context, server: connection.server },
    namespace: overrides.text('namespace')?.value ?? 'langfuse',
  })
  const { settings, origins } = await discover(connection.port, overrides, signal)
  for (const secret of secretsOf(settings)) redactor.registerSecret(secret)
  const escrow = registering(createEscrow(connection.port, settings), redactor)
  const random = (bytes: number): Uint8Array => randomBytes(bytes)
  const opened = openPorts({
    settings,
    kubernetes: connection,
    clock: systemClock,
    random,
    escrow,
    direct: flags.direct === true,
  })
  const user = await findUser(opened, overrides, signal)
  const services: Services = {
    ...opened,
    settings: { ...settings, langfuse: { ...settings.langfuse, userEmail: user.value } },
  }
  emit({ type: 'settings.found', settings: origins.map(row => (row.key === user.key ? user : row)) })
  return clusterOf(services, () => opened.close())
}

export function clusterOf(services: Services, close: () => Promise<void>): Cluster {
  const { kubernetes, settings, clock } = services
  return {
    services,
    async openState(signal) {
      const { lock, ledger } = await openState(
        { kubernetes, clock, names: settings, holder: holder(), isAlive },
        signal,
      )
      return { lock, ledger, fence: () => lock.fence() }
    },
    ledgerEntries: signal => readLedger(kubernetes, settings, signal),
    close,
  }
}

/** The realm user's e-mail decides who owns the organisation; Keycloak itself knows it best. */
async function findUser(
  { keycloak, settings }: Services,
  overrides: Overrides,
  signal: AbortSignal,
): Promise<Setting> {
  const key = 'langfuse.user.email'
  const fallback: Setting = {
    key,
    value: settings.langfuse.userEmail,
    origin: overrides.text(key)?.origin ?? 'default',
  }
  if (overrides.text(key)) return fallback
  const limit = AbortSignal.any([signal, AbortSignal.timeout(10_000)])
  // The preflight says what is wrong with Keycloak; here its silence only means that the default stays.
  const users = await keycloak.users({ group: 'cluster-admins' }, limit).catch(() => [])
  signal.throwIfAborted()
  const found = users.find(user => user.enabled && user.email)
  return found?.email ? { key, value: found.email, origin: `Keycloak user ${found.username}` } : fallback
}

function secretsOf(settings: Settings): readonly string[] {
  const { postgres, clickhouse, valkey, s3, keycloak } = settings
  return [
    postgres.admin.password,
    clickhouse.admin.password,
    valkey.password,
    s3.secretKey,
    keycloak.admin.password,
  ].flatMap(secret => (secret ? [secret.reveal()] : []))
}

/** Whatever passes through the escrow is hidden from then on; the public key is public. */
function registering(escrow: Escrow, redactor: Redactor): Escrow {
  const hide = (values: Awaited<ReturnType<Escrow['read']>>) => {
    for (const [name, secret] of values)
      if (name !== 'PROJECT_PUBLIC_KEY' && name !== 'VALKEY_INDEX') redactor.registerSecret(secret.reveal())
  }
  return {
    async read(signal) {
      const values = await escrow.read(signal)
      hide(values)
      return values
    },
    async add(values, signal) {
      hide(values)
      await escrow.add(values, signal)
    },
  }
}

const holder = () => ({
  user: userInfo().username,
  host: hostname(),
  pid: process.pid,
  start: Math.round(Date.now() - process.uptime() * 1000),
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    // EPERM: it is there, but somebody else's.
    return (thrown as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function whichContext(names: readonly string[]) {
  return {
    code: 'cli/which-context',
    kind: 'invalid' as const,
    summary: 'The kubeconfig has several contexts, and --yes must not guess which cluster is meant',
    detail: [`contexts: ${names.join(', ')}`],
    nextSteps: [['Name the one: ', { command: '--context NAME' }]],
  }
}
