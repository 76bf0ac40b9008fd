import type { Clock } from '../../src/engine/context.ts'
import type { Event } from '../../src/engine/events.ts'
import type { Ledger, LedgerEntry } from '../../src/engine/ledger.ts'
import { type AnyTask, defineTask, type Observation, type Phase } from '../../src/engine/task.ts'

/** A world of named switches: small enough to see through, enough to try every path of the engine. */
export interface Switches {
  readonly values: Map<string, string>
  readonly calls: string[]
}

export const switches = (values: Record<string, string> = {}): Switches => ({
  values: new Map(Object.entries(values)),
  calls: [],
})

const task = defineTask<Switches>()

export interface SwitchOptions {
  readonly needs?: Record<string, AnyTask<Switches>>
  /** Done instead of setting the switch. */
  readonly apply?: (world: Switches) => Promise<void>
  readonly keep?: string
}

/** A task that wants its switch to be `on`. */
export function switchTask(id: string, { needs = {}, apply, keep }: SwitchOptions = {}): AnyTask<Switches> {
  return task({
    id,
    title: `${id} switched on`,
    system: 'Kubernetes',
    subject: () => `switch ${id}`,
    needs,
    async observe({ services }): Promise<Observation<string>> {
      services.calls.push(`observe ${id}`)
      const value = services.values.get(id)
      if (value === undefined) return { is: 'absent', expected: 'on' }
      if (value === 'on') return { is: 'present', output: value }
      if (value === 'theirs') return { is: 'foreign', owner: 'somebody', nextSteps: ['Ask them'] }
      return { is: 'drifted', differences: [{ field: 'value', actual: value, wanted: 'on' }], expected: 'on' }
    },
    async apply({ services }) {
      services.calls.push(`apply ${id}`)
      if (apply) await apply(services)
      else services.values.set(id, 'on')
    },
    undo: keep
      ? { keep }
      : async ({ services }) => {
          services.calls.push(`undo ${id}`)
          return services.values.delete(id) ? { is: 'removed', what: `switch ${id}` } : { is: 'nothing' }
        },
  })
}

export const phase = (id: string, ...tasks: AnyTask<Switches>[]): Phase<Switches> => ({
  id,
  title: id,
  tasks,
})

/** Time that passes when somebody sleeps, and only then. */
export function fakeClock(): Clock {
  let time = 0
  return {
    now: () => time,
    monotonic: () => time,
    async sleep(ms, signal) {
      signal.throwIfAborted()
      time += ms
    },
  }
}

export function memoryLedger(): Ledger & { readonly written: LedgerEntry[] } {
  const written: LedgerEntry[] = []
  return {
    written,
    entries: async () => new Map(written.map(entry => [entry.task, entry])),
    write: async entry => {
      written.push(entry)
    },
  }
}

/** Options for a run over switches, with everything it said. */
export function runOver(services: Switches, signal = new AbortController().signal) {
  const events: Event[] = []
  const ledger = memoryLedger()
  return {
    services,
    run: 'test',
    signal,
    emit: (event: Event) => void events.push(event),
    clock: fakeClock(),
    ledger,
    fence: async () => undefined,
    events,
  }
}

export const outcomes = (events: readonly Event[]): readonly string[] =>
  events.flatMap(event => (event.type === 'step.finished' ? [`${event.step.id} ${event.outcome}`] : []))
