import type { Progress } from './context.ts'
import type { Problem, Text } from './problem.ts'
import type { Difference, SystemName } from './task.ts'

/** Facts in the past tense, JSON-safe. Every face of the program reads these and nothing else. */

export type StepKind = 'check' | 'task' | 'verify' | 'undo'

/** The end of a step. Checks: pass … skipped. Tasks: unchanged … cancelled. Undo: removed, kept, left, nothing. */
export type Outcome =
  | 'pass'
  | 'warn'
  | 'fail'
  | 'unknown'
  | 'skipped'
  | 'unchanged'
  | 'created'
  | 'repaired'
  | 'failed'
  | 'cancelled'
  | 'removed'
  | 'kept'
  | 'left'
  | 'nothing'

export interface StepInfo {
  readonly id: string
  readonly title: string
  readonly kind: StepKind
  /** The group of a check, the phase of a task. */
  readonly group: string
}

export interface Setting {
  readonly key: string
  /** Already safe to show; a secret is shown as `hidden`. */
  readonly value: string
  /** Where it was found: "Gateway gateway-system/thinkube-gateway", "--context", "default". */
  readonly origin: string
}

/** Of an installation: create … blocked. Of a rollback: remove, keep (with the reason), none, blocked (not ours). */
export type Change = 'create' | 'repair' | 'none' | 'unknown' | 'blocked' | 'remove' | 'keep'

export interface PlannedStep extends StepInfo {
  readonly system: SystemName
  readonly subject: string
  readonly change: Change
  readonly differences?: readonly Difference[]
  /** Why the change is unknown or blocked. */
  readonly because?: string
}

/** What the credentials screen shows. Secrets are not here: they are asked for by name (`Vault`). */
export interface Access {
  readonly url: string
  readonly login: string
  readonly organization: string
  readonly project: string
  readonly publicKey: string
  readonly secrets: readonly { readonly name: string; readonly label: string }[]
  readonly health: readonly {
    readonly component: string
    readonly is: 'ok' | 'bad' | 'unknown'
    readonly evidence: string
  }[]
}

export type Question =
  | {
      readonly type: 'confirm'
      readonly id: string
      readonly text: Text
      readonly yes: string
      readonly no: string
    }
  | { readonly type: 'typed'; readonly id: string; readonly text: Text; readonly expected: string }
  | {
      readonly type: 'choice'
      readonly id: string
      readonly text: Text
      readonly choices: readonly { readonly value: string; readonly label: string; readonly hint?: string }[]
    }

export type RunStatus =
  | 'ok'
  | 'refused'
  | 'failed'
  | 'unhealthy'
  | 'differences'
  | 'remains'
  | 'locked'
  | 'cancelled'
  | 'usage'
  | 'bug'

export type Event =
  | {
      readonly type: 'run.started'
      readonly command: string
      readonly version: string
      readonly cluster: { readonly context: string; readonly server: string }
      readonly namespace: string
    }
  | { readonly type: 'settings.found'; readonly settings: readonly Setting[] }
  | { readonly type: 'plan.made'; readonly steps: readonly PlannedStep[]; readonly fingerprint: string }
  | {
      readonly type: 'phase.started'
      readonly id: string
      readonly title: string
      readonly kind: StepKind
      readonly steps: readonly StepInfo[]
    }
  | { readonly type: 'step.started'; readonly step: StepInfo }
  | { readonly type: 'step.applying'; readonly id: string }
  | { readonly type: 'step.progressed'; readonly id: string; readonly progress: Progress }
  | { readonly type: 'step.logged'; readonly id: string; readonly line: string }
  | {
      readonly type: 'step.retrying'
      readonly id: string
      readonly attempt: number
      readonly waitMs: number
      readonly problem: Problem
    }
  | {
      readonly type: 'step.finished'
      readonly step: StepInfo
      readonly outcome: Outcome
      readonly durationMs: number
      readonly evidence?: string
      readonly because?: string
      readonly problem?: Problem
    }
  | { readonly type: 'question.asked'; readonly question: Question }
  | { readonly type: 'question.answered'; readonly id: string; readonly answer: string }
  | { readonly type: 'access.ready'; readonly access: Access }
  | {
      readonly type: 'diagnosis.made'
      readonly code: string
      readonly cause: Text
      readonly confidence: 'certain' | 'likely' | 'possible'
      readonly evidence: readonly string[]
      readonly remedy: readonly Text[]
    }
  | { readonly type: 'notice'; readonly text: Text }
  | {
      readonly type: 'run.finished'
      readonly status: RunStatus
      readonly exitCode: number
      readonly durationMs: number
      readonly reason?: string
      readonly problem?: Problem
      readonly next: readonly Text[]
    }

export interface Envelope {
  readonly v: 1
  readonly seq: number
  /** ISO 8601, UTC. */
  readonly at: string
  readonly run: string
  readonly event: Event
}

export type Emit = (event: Event) => void
export type Ask = (question: Question, signal: AbortSignal) => Promise<string>
