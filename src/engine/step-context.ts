import type { Context } from './context.ts'
import type { Emit } from './events.ts'

export interface RunOptions<Services> {
  readonly services: Services
  readonly run: string
  readonly signal: AbortSignal
  readonly emit: Emit
}

/** The context of one step: what it logs and reports carries its id. */
export function stepContext<Services>(
  id: string,
  { services, run, signal, emit }: RunOptions<Services>,
): Context<Services> {
  return {
    services,
    run,
    signal,
    log: line => emit({ type: 'step.logged', id, line }),
    progress: progress => emit({ type: 'step.progressed', id, progress }),
    notice: text => emit({ type: 'notice', text }),
  }
}
