import { Secret } from '../../config/secret.ts'
import { raise } from '../../engine/problem.ts'
import type { KubeObject, KubeRef, KubernetesPort } from '../kubernetes/port.ts'
import type { Escrow, EscrowKey } from './port.ts'

export interface StateNames {
  /** Namespace of the installation; part of every name. */
  readonly namespace: string
  readonly stateNamespace: string
}

/** The escrow as a Secret in our own namespace: it outlives the installation's namespace, and works from any workstation. */
export function createEscrow(kubernetes: KubernetesPort, { namespace, stateNamespace }: StateNames): Escrow {
  const ref: KubeRef = {
    apiVersion: 'v1',
    kind: 'Secret',
    name: `escrow-${namespace}`,
    namespace: stateNamespace,
  }
  const dataOf = (object: KubeObject | undefined) => (object?.data ?? {}) as Readonly<Record<string, string>>
  return {
    async read(signal) {
      const data = dataOf(await kubernetes.read(ref, signal))
      return new Map(
        Object.entries(data).map(([key, value]) => [
          key as EscrowKey,
          new Secret(Buffer.from(value, 'base64').toString('utf8')),
        ]),
      )
    },
    async add(values, signal) {
      const encoded = [...values].map(
        ([key, secret]) => [key, Buffer.from(secret.reveal(), 'utf8').toString('base64')] as const,
      )
      const stored = await kubernetes.read(ref, signal)
      if (!stored) {
        await kubernetes.create(
          {
            apiVersion: 'v1',
            kind: 'Secret',
            metadata: { name: ref.name, namespace: stateNamespace, labels: STATE_LABELS },
            type: 'Opaque',
            data: Object.fromEntries(encoded),
          },
          signal,
        )
        return
      }
      const taken = encoded
        .filter(([key, value]) => key in dataOf(stored) && dataOf(stored)[key] !== value)
        .map(([key]) => key)
      if (taken.length > 0) raise(neverOverwritten(taken, ref))
      // The resourceVersion makes two operators' first runs exclude each other.
      await kubernetes.patch(
        ref,
        [
          { op: 'test', path: '/metadata/resourceVersion', value: stored.metadata.resourceVersion },
          ...(stored.data ? [] : [{ op: 'add' as const, path: '/data', value: {} }]),
          ...encoded.map(([key, value]) => ({ op: 'add' as const, path: `/data/${key}`, value })),
        ],
        signal,
      )
    },
  }
}

export const STATE_LABELS = {
  'app.kubernetes.io/part-of': 'thinkube-langfuse',
  'app.kubernetes.io/managed-by': 'thinkube-langfuse',
}

function neverOverwritten(keys: readonly string[], ref: KubeRef) {
  return {
    code: 'escrow/never-overwritten',
    kind: 'conflict' as const,
    summary: `${keys.join(', ')} is in escrow already with another value`,
    nextSteps: [
      ['Another run may have escrowed it a moment ago: run the same command again'],
      ['Look at it: ', { command: `kubectl -n ${ref.namespace} get secret ${ref.name} -o yaml` }],
    ],
  }
}
