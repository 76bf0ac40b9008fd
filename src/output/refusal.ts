import type { Envelope, RunStatus } from '../engine/events.ts'
import type { Problem } from '../engine/problem.ts'
import { documentOf } from './json.ts'
import { problemLines } from './problem-lines.ts'
import { createRedactor } from './redact.ts'
import type { Sink } from './sink.ts'

export interface Refusal {
  readonly problem: Problem
  readonly status: Extract<RunStatus, 'usage' | 'bug'>
  readonly mode: 'plain' | 'json' | 'ndjson'
}

/** A run that did not even begin: told to a person on stderr, and to a program in the form it asked for. Gives the exit code. */
export function writeRefusal(
  { out, err }: { out: Sink; err: Sink },
  { problem, status, mode }: Refusal,
): number {
  const exitCode = status === 'usage' ? 2 : 4
  const envelope: Envelope = {
    v: 1,
    seq: 0,
    at: new Date().toISOString(),
    run: 'none',
    event: createRedactor().event({
      type: 'run.finished',
      status,
      exitCode,
      durationMs: 0,
      problem,
      next: [],
    }),
  }
  const shown = envelope.event.type === 'run.finished' && envelope.event.problem
  if (mode === 'json') out.write(`${JSON.stringify(documentOf([envelope]), null, 2)}\n`)
  if (mode === 'ndjson') out.write(`${JSON.stringify(envelope)}\n`)
  if (shown) err.write(`${['thinkube-langfuse:', ...problemLines(shown, 90)].join('\n  ')}\n`)
  return exitCode
}
