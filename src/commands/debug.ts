import type { Session } from '../session.ts'
import { confirm } from './confirm.ts'
import type { Ending } from './ending.ts'

/** What the ledger says was changed, when and by which run. */
export async function history(session: Session): Promise<Ending> {
  const entries = [...(await session.ledgerEntries(session.signal)).values()].sort((a, b) =>
    a.at.localeCompare(b.at),
  )
  for (const { at, state, task, run, durationMs } of entries) {
    session.print(
      `${at}  ${state.padEnd(8)}  ${task.padEnd(26)}  run ${run}${durationMs === undefined ? '' : `  ${(durationMs / 1000).toFixed(1)} s`}\n`,
    )
  }
  return { status: 'ok', reason: entries.length === 0 ? 'The ledger is empty' : `${entries.length} entries` }
}

/** Takes the lock away from a run that died. */
export async function unlock(session: Session): Promise<Ending> {
  const { kubernetes, settings, clock } = session.services
  const ref = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    name: settings.namespace,
    namespace: settings.stateNamespace,
  }
  const lease = await kubernetes.read(ref, session.signal)
  const held = lease?.spec as
    | {
        readonly holderIdentity?: string
        readonly renewTime?: string
        readonly leaseDurationSeconds?: number
      }
    | undefined
  if (!lease || !held?.holderIdentity) return { status: 'ok', reason: 'Nobody holds the lock' }
  const age = held.renewTime
    ? `last sign of life ${Math.round((clock.now() - Date.parse(held.renewTime)) / 1000)} s ago`
    : 'never renewed'
  const refused = await confirm(session, {
    id: 'unlock',
    text: `${held.holderIdentity} holds the lock, ${age}. Take it away? If that run still works, it stops at its next write.`,
    yes: 'Take it away',
    no: 'Leave it',
  })
  if (refused) return refused
  await kubernetes.replace(
    { ...lease, spec: { leaseDurationSeconds: held.leaseDurationSeconds } },
    session.signal,
  )
  return { status: 'ok', reason: 'The lock is free' }
}
