import type { Access } from '../engine/events.ts'
import type { CheckReport } from '../engine/run-checks.ts'
import type { Services } from '../platform/services.ts'
import type { Session } from '../session.ts'

/** What can be revealed on request, by the name under which the escrow keeps it. */
export const REVEALABLE = [
  { name: 'PROJECT_SECRET_KEY', label: 'Secret key' },
  { name: 'INIT_USER_PASSWORD', label: 'Password' },
  { name: 'ADMIN_API_KEY', label: 'Admin API key' },
] as const

/** Short names for the health table: a claim is too long for a column. */
const COMPONENTS: Readonly<Record<string, string>> = {
  'verify/web': 'Web',
  'verify/worker': 'Worker',
  'verify/api-keys': 'API keys',
  'verify/login-redirect': 'Login',
  'verify/otel-trace': 'OpenTelemetry trace',
  'verify/legacy-trace': 'Ingestion API trace',
}

export async function readAccess({ services, signal }: Session, health: Access['health']): Promise<Access> {
  const { settings, escrow } = services
  const kept = await escrow.read(signal)
  return {
    url: `https://${settings.host}`,
    login: settings.langfuse.userEmail,
    organization: `${settings.langfuse.organization.name} (${settings.langfuse.organization.id})`,
    project: `${settings.langfuse.project.name} (${settings.langfuse.project.id})`,
    publicKey: kept.get('PROJECT_PUBLIC_KEY')?.reveal() ?? '',
    secrets: REVEALABLE.filter(({ name }) => kept.has(name)),
    health,
  }
}

export async function announceAccess(
  session: Session,
  reports: readonly CheckReport<Services>[],
): Promise<void> {
  const health = reports.map(({ check, result }) => ({
    component: COMPONENTS[check.id] ?? check.title,
    is:
      result.is === 'pass' ? ('ok' as const) : result.is === 'fail' ? ('bad' as const) : ('unknown' as const),
    evidence:
      result.is === 'pass' || result.is === 'warn'
        ? result.evidence
        : result.is === 'fail'
          ? result.problem.code
          : result.because,
  }))
  session.emit({ type: 'access.ready', access: await readAccess(session, health) })
}
