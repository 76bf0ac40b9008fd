import type { Envelope, Event, PlannedStep } from '../engine/events.ts'
import { flatten, type Problem } from '../engine/problem.ts'
import type { Document } from './document-schema.ts'
import type { Reader } from './reader.ts'
import type { Sink } from './sink.ts'
import { createTally, isVerdict, type StepFinished } from './summary.ts'

type Finished = Extract<Event, { type: 'run.finished' }>
type Verdict = Document['checks'][number]['verdict']

/**
 * One document, when the run is over. A run that ends without a last word (a bug) gives a document too: `close`
 * writes what was known.
 */
export function jsonReader(out: Sink, command?: string): Reader {
  const past: Envelope[] = []
  let printed = ''
  let written = false
  const write = () => {
    if (written) return
    written = true
    const document = { ...documentOf(past, command), ...(printed && { result: parsed(printed) }) }
    out.write(`${JSON.stringify(document, null, 2)}\n`)
  }
  return {
    on(envelope) {
      past.push(envelope)
      if (envelope.event.type === 'run.finished') write()
    },
    close: write,
    print(text) {
      printed += text
    },
  }
}

/** What a command printed, as data where it is data. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** The document that a list of events amounts to; `command` for a run that ended before it could name itself. */
export function documentOf(envelopes: readonly Envelope[], command?: string): Document {
  const events = envelopes.map(({ event }) => event)
  const last = <T extends Event['type']>(type: T) =>
    events.findLast((event): event is Extract<Event, { type: T }> => event.type === type)
  const started = last('run.started')
  const finished = last('run.finished')
  const access = last('access.ready')?.access
  const tally = createTally()
  for (const event of events) tally.on(event)
  const steps = tally.steps()
  return {
    schema: 'thinkube-langfuse/v1',
    command: started?.command ?? command ?? null,
    version: started?.version ?? null,
    run: envelopes[0]?.run ?? null,
    namespace: started?.namespace ?? null,
    cluster: started?.cluster ?? null,
    startedAt: envelopes[0]?.at ?? null,
    durationMs: Math.round(finished?.durationMs ?? 0),
    outcome: outcomeOf(finished),
    settings: (last('settings.found')?.settings ?? []).map(({ key, value, origin }) => ({
      key,
      value,
      origin,
    })),
    checks: steps.filter(({ step }) => isVerdict(step)).map(check),
    steps: steps.filter(({ step }) => !isVerdict(step)).map(step),
    changes: (last('plan.made')?.steps ?? []).filter(({ change }) => change !== 'none').map(planned),
    diagnoses: events
      .filter(event => event.type === 'diagnosis.made')
      .map(({ code, cause, confidence, evidence, remedy }) => ({
        code,
        cause: flatten(cause),
        confidence,
        evidence: [...evidence],
        remedy: remedy.map(flatten),
      })),
    ...(access && {
      access: {
        url: access.url,
        login: access.login,
        organization: access.organization,
        project: access.project,
        publicKey: access.publicKey,
        health: access.health.map(({ component, is, evidence }) => ({ component, is, evidence })),
      },
    }),
    notices: events.filter(event => event.type === 'notice').map(({ text }) => flatten(text)),
    next: (finished?.next ?? []).map(flatten),
  }
}

function outcomeOf(finished: Finished | undefined): Document['outcome'] {
  if (!finished) return { status: 'bug', reason: 'the run ended without a result', exitCode: 4 }
  return {
    status: finished.status,
    reason: finished.reason ?? null,
    exitCode: finished.exitCode,
    ...(finished.problem && { problem: problem(finished.problem) }),
  }
}

function check({
  step,
  outcome,
  evidence,
  because,
  durationMs,
  problem: found,
}: StepFinished): Document['checks'][number] {
  return {
    id: step.id,
    title: step.title,
    group: step.group,
    verdict: outcome as Verdict,
    ...(because !== undefined && { because }),
    evidence: evidence ?? null,
    durationMs: Math.round(durationMs),
    ...(found && { problem: problem(found) }),
  }
}

function step({
  step: info,
  outcome,
  evidence,
  because,
  durationMs,
  problem: found,
}: StepFinished): Document['steps'][number] {
  return {
    id: info.id,
    title: info.title,
    group: info.group,
    outcome,
    ...(because !== undefined && { because }),
    ...(evidence !== undefined && { evidence }),
    durationMs: Math.round(durationMs),
    ...(found && { problem: problem(found) }),
  }
}

function planned({
  id,
  system,
  subject,
  change,
  because,
  differences,
}: PlannedStep): Document['changes'][number] {
  return {
    id,
    system,
    subject,
    change,
    ...(because !== undefined && { because }),
    differences: (differences ?? []).map(({ field, actual, wanted }) => ({ field, actual, wanted })),
  }
}

function problem({ code, kind, summary, detail, nextSteps }: Problem): Document['outcome']['problem'] {
  return {
    code,
    kind,
    summary: flatten(summary),
    detail: (detail ?? []).map(flatten),
    nextSteps: nextSteps.map(flatten),
  }
}
