import type { PreflightCheck } from '../../tasks/define.ts'
import { preflight } from '../../tasks/preflight/index.ts'
import { type CheckReport, runChecks } from '../engine/run-checks.ts'
import type { Services } from '../platform/services.ts'
import type { Session } from '../session.ts'

export interface Selection {
  readonly only?: readonly string[] | undefined
  readonly skip?: readonly string[] | undefined
}

export interface PreflightResult {
  readonly failed: readonly CheckReport<Services>[]
  readonly warned: number
  readonly unknown: number
  readonly passed: number
}

/** Runs the preflight and counts its verdicts. */
export async function runPreflight(session: Session, selection: Selection = {}): Promise<PreflightResult> {
  const checks = select(preflight, selection)
  session.emit({
    type: 'phase.started',
    id: 'preflight',
    title: 'Preflight',
    kind: 'check',
    steps: checks.map(({ id, title, group }) => ({ id, title, kind: 'check', group })),
  })
  const reports = await runChecks(checks, {
    ...session.runOptions(),
    clock: session.services.clock,
    kind: 'check',
  })
  const count = (is: string) => reports.filter(({ result }) => result.is === is).length
  return {
    failed: reports.filter(({ result }) => result.is === 'fail'),
    warned: count('warn'),
    unknown: count('unknown'),
    passed: count('pass'),
  }
}

/** By id or by its last part: `preflight/postgres` or `postgres`. */
export function select(
  checks: readonly PreflightCheck[],
  { only, skip }: Selection,
): readonly PreflightCheck[] {
  const named = (check: PreflightCheck, names: readonly string[]) =>
    names.some(name => check.id === name || check.id.endsWith(`/${name}`))
  return checks.filter(check => (only ? named(check, only) : true) && !(skip && named(check, skip)))
}

export function describeFailed({ failed }: PreflightResult): string {
  return failed.length === 1 ? '1 check failed' : `${failed.length} checks failed`
}
