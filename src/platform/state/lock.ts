import type { Clock } from '../../engine/context.ts'
import { type Problem, raise } from '../../engine/problem.ts'
import type { StateNames } from '../escrow/adapter.ts'
import { STATE_LABELS } from '../escrow/adapter.ts'
import type { KubeObject, KubeRef, KubernetesPort } from '../kubernetes/port.ts'

/** Who holds the lock, as written into the Lease: `user@host:pid:start`. */
export interface Holder {
  readonly user: string
  readonly host: string
  readonly pid: number
  /** Milliseconds since the epoch; tells a re-used pid from the process that wrote it. */
  readonly start: number
}

export interface LockOptions {
  readonly kubernetes: KubernetesPort
  readonly clock: Clock
  readonly names: StateNames
  readonly holder: Holder
  /** Whether a process of this host still runs. */
  isAlive(pid: number): boolean
}

export interface Lock {
  readonly identity: string
  /** Throws when the lock may have been taken over: call it before each external write. */
  fence(): Promise<void>
  release(): Promise<void>
}

const LEASE_SECONDS = 30
const RENEW_MS = 10_000
const WRITE_WITHIN_MS = 20_000

interface LeaseSpec {
  readonly holderIdentity?: string
  readonly leaseDurationSeconds?: number
  readonly renewTime?: string
  readonly acquireTime?: string
}

export const identityOf = ({ user, host, pid, start }: Holder): string => `${user}@${host}:${pid}:${start}`

export const leaseRef = ({ namespace, stateNamespace }: StateNames): KubeRef => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  name: namespace,
  namespace: stateNamespace,
})

/** Takes the lock, or says who has it. It is renewed until it is released. */
export async function acquireLock(options: LockOptions, signal: AbortSignal): Promise<Lock> {
  const { clock } = options
  const identity = identityOf(options.holder)
  await take(options, identity, signal)
  let renewed = clock.monotonic()
  let lost: Problem | undefined
  const stop = new AbortController()
  const renewing = (async () => {
    while (!lost && (await slept(clock, stop.signal))) {
      const at = clock.monotonic()
      try {
        if (await renew(options, identity, stop.signal)) renewed = at
        else lost = takenOver(identity)
      } catch {
        // Tried again at the next turn; meanwhile fence() sees the time since the last renewal run out.
      }
    }
  })()
  return {
    identity,
    async fence() {
      if (lost) raise(lost)
      if (clock.monotonic() - renewed > WRITE_WITHIN_MS) raise(takenOver(identity))
    },
    async release() {
      stop.abort()
      await renewing
      await give(options, identity)
    },
  }
}

async function take(options: LockOptions, identity: string, signal: AbortSignal): Promise<void> {
  const { kubernetes, clock, names } = options
  const ref = leaseRef(names)
  const now = () => microTime(clock.now())
  const spec = (): LeaseSpec => ({
    holderIdentity: identity,
    leaseDurationSeconds: LEASE_SECONDS,
    acquireTime: now(),
    renewTime: now(),
  })
  const stored = await kubernetes.read(ref, signal)
  if (!stored) {
    await kubernetes.create(
      {
        apiVersion: ref.apiVersion,
        kind: ref.kind,
        metadata: { name: ref.name, namespace: names.stateNamespace, labels: STATE_LABELS },
        spec: spec(),
      },
      signal,
    )
    return
  }
  const held = (stored.spec ?? {}) as LeaseSpec
  if (held.holderIdentity && held.holderIdentity !== identity && !isFree(held, options))
    raise(heldBy(held, clock.now()))
  await kubernetes.replace({ ...stored, spec: spec() } as KubeObject, signal)
}

/** Free when nobody renewed it for its duration, or when its process on this very host is gone. */
function isFree(held: LeaseSpec, { clock, holder, isAlive }: LockOptions): boolean {
  const renewed = held.renewTime ? Date.parse(held.renewTime) : 0
  if (clock.now() - renewed > (held.leaseDurationSeconds ?? LEASE_SECONDS) * 1000) return true
  const match = /@(.+):(\d+):\d+$/.exec(held.holderIdentity ?? '')
  return match?.[1] === holder.host && !isAlive(Number(match[2]))
}

/** False when the run is over. */
const slept = (clock: Clock, signal: AbortSignal): Promise<boolean> =>
  clock.sleep(RENEW_MS, signal).then(
    () => true,
    () => false,
  )

async function renew(
  { kubernetes, clock, names }: LockOptions,
  identity: string,
  signal: AbortSignal,
): Promise<boolean> {
  const stored = await kubernetes.read(leaseRef(names), signal)
  if ((stored?.spec as LeaseSpec | undefined)?.holderIdentity !== identity) return false
  await kubernetes.replace(
    { ...stored, spec: { ...(stored!.spec as LeaseSpec), renewTime: microTime(clock.now()) } } as KubeObject,
    signal,
  )
  return true
}

async function give({ kubernetes, names }: LockOptions, identity: string): Promise<void> {
  // Its own signal: the run's may be aborted, and the lock is given back all the same.
  const signal = AbortSignal.timeout(5_000)
  const stored = await kubernetes.read(leaseRef(names), signal)
  if (!stored || (stored.spec as LeaseSpec | undefined)?.holderIdentity !== identity) return
  await kubernetes.replace({ ...stored, spec: { leaseDurationSeconds: LEASE_SECONDS } } as KubeObject, signal)
}

/** MicroTime wants six digits after the point. */
const microTime = (ms: number): string => new Date(ms).toISOString().replace('Z', '000Z')

function heldBy(held: LeaseSpec, now: number): Problem {
  const since = held.acquireTime
    ? Math.max(0, Math.round((now - Date.parse(held.acquireTime)) / 1000))
    : undefined
  return {
    code: 'lock/held',
    kind: 'conflict',
    summary: `Another run is at work: ${held.holderIdentity}${since === undefined ? '' : `, since ${since} s`}`,
    nextSteps: [
      'Wait until it has finished, then run the same command again',
      [
        'If that process is gone, its lock ends 30 s after its last sign of life; or free it now: ',
        { command: 'thinkube-langfuse debug unlock' },
      ],
    ],
  }
}

function takenOver(identity: string): Problem {
  return {
    code: 'lock/lost',
    kind: 'conflict',
    summary: 'The lock of this run was lost or could not be renewed, so nothing more is written',
    detail: [`this run: ${identity}`],
    nextSteps: ['Run the same command again: it continues where this one stopped'],
  }
}
