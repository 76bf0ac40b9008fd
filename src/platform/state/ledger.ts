import type { Ledger, LedgerEntry } from '../../engine/ledger.ts'
import { STATE_LABELS, type StateNames } from '../escrow/adapter.ts'
import type { KubeRef, KubernetesPort } from '../kubernetes/port.ts'

const HOLDER = 'holder'

/** The ledger as a ConfigMap, one key per task. A write names the holder it expects: a stale one is fenced off by the server. */
export function createLedger(
  kubernetes: KubernetesPort,
  names: StateNames,
  identity: string,
): Ledger & { claim(signal: AbortSignal): Promise<void> } {
  const ref = ledgerRef(names)
  return {
    async claim(signal) {
      const stored = await kubernetes.read(ref, signal)
      if (!stored) {
        await kubernetes.create(
          {
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: { name: ref.name, namespace: names.stateNamespace, labels: STATE_LABELS },
            data: { [HOLDER]: identity },
          },
          signal,
        )
        return
      }
      await kubernetes.patch(
        ref,
        [
          { op: 'test', path: '/metadata/resourceVersion', value: stored.metadata.resourceVersion },
          { op: 'add', path: `/data/${HOLDER}`, value: identity },
        ],
        signal,
      )
    },
    entries: signal => readLedger(kubernetes, names, signal),
    async write(entry, signal) {
      await kubernetes.patch(
        ref,
        [
          { op: 'test', path: `/data/${HOLDER}`, value: identity },
          { op: 'add', path: `/data/${keyOf(entry.task)}`, value: JSON.stringify(entry) },
        ],
        signal,
      )
    },
  }
}

/** What the ledger holds, without a claim to it. */
export async function readLedger(
  kubernetes: KubernetesPort,
  names: StateNames,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, LedgerEntry>> {
  const data = ((await kubernetes.read(ledgerRef(names), signal))?.data ?? {}) as Readonly<
    Record<string, string>
  >
  return new Map(
    Object.entries(data)
      .filter(([key]) => key !== HOLDER)
      .map(([, value]) => {
        const entry = JSON.parse(value) as LedgerEntry
        return [entry.task, entry]
      }),
  )
}

const ledgerRef = ({ namespace, stateNamespace }: StateNames): KubeRef => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  name: `ledger-${namespace}`,
  namespace: stateNamespace,
})

/** ConfigMap keys know no slash. */
const keyOf = (task: string): string => task.replaceAll('/', '.')
