import type { Ledger } from '../../engine/ledger.ts'
import { STATE_LABELS } from '../escrow/adapter.ts'
import { createLedger } from './ledger.ts'
import { acquireLock, type Lock, type LockOptions } from './lock.ts'

export interface State {
  readonly lock: Lock
  readonly ledger: Ledger
}

/**
 * Our own namespace, the lock and the ledger, in the order in which one needs the other. Only a run that has
 * something to change calls this.
 */
export async function openState(options: LockOptions, signal: AbortSignal): Promise<State> {
  const { kubernetes, names } = options
  const namespace = { apiVersion: 'v1', kind: 'Namespace', name: names.stateNamespace }
  if (!(await kubernetes.read(namespace, signal))) {
    await kubernetes.apply(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: names.stateNamespace, labels: STATE_LABELS } },
      { signal },
    )
  }
  const lock = await acquireLock(options, signal)
  try {
    const ledger = createLedger(kubernetes, names, lock.identity)
    await ledger.claim(signal)
    return { lock, ledger }
  } catch (thrown) {
    await lock.release()
    throw thrown
  }
}
