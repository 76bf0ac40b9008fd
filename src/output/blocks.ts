import type { Access, Change, PlannedStep, RunStatus, Setting } from '../engine/events.ts'
import { MARKS } from './marks.ts'
import { padEnd } from './text.ts'

/** How a run ended, in words. */
export const RESULTS: Readonly<Record<RunStatus, string>> = {
  ok: 'Done',
  refused: 'Refused, nothing was changed,',
  failed: 'Failed part-way',
  unhealthy: 'Not healthy',
  differences: 'There are differences',
  remains: 'Something remains',
  locked: 'Another run holds the lock',
  cancelled: 'Interrupted',
  usage: 'Not understood',
  bug: 'A bug in thinkube-langfuse',
}

/** `3 to create, 1 to repair, 12 as wanted` */
export function planCounts(steps: readonly PlannedStep[]): string {
  const words: Readonly<Record<Change, string>> = {
    create: 'to create',
    repair: 'to repair',
    remove: 'to remove',
    blocked: 'blocked',
    unknown: 'not known',
    keep: 'kept',
    none: 'as wanted',
  }
  const counts = Object.entries(words).map(([change, word]) => {
    const count = steps.filter(step => step.change === change).length
    return count > 0 ? `${count} ${word}` : ''
  })
  return counts.filter(Boolean).join(', ') || 'nothing to do'
}

/** What was decided and by what. `all`: also what nobody decided and nothing in the cluster spoke against. */
export function settingLines(settings: readonly Setting[], all: boolean): string[] {
  const shown = all ? settings : settings.filter(({ origin }) => origin !== 'default')
  const rest = settings.length - shown.length
  const keys = Math.max(0, ...shown.map(({ key }) => key.length))
  const values = Math.min(Math.max(0, ...shown.map(({ value }) => value.length)), 44)
  return [
    '',
    'Settings',
    ...shown.map(({ key, value, origin }) =>
      `  ${padEnd(key, keys)}  ${padEnd(value, values)}  ${origin}`.trimEnd(),
    ),
    ...(rest > 0 ? [`  and ${rest} by default: thinkube-langfuse config view`] : []),
  ]
}

export function accessLines(access: Access, unicode: boolean): string[] {
  const rows: [string, string][] = [
    ['Address', access.url],
    ['Login', access.login],
    ['Organization', access.organization],
    ['Project', access.project],
    ['Public key', access.publicKey],
    ...access.secrets.map(({ label }): [string, string] => [label, 'hidden']),
  ]
  const keys = Math.max(...rows.map(([key]) => key.length))
  const names = Math.max(0, ...access.health.map(({ component }) => component.length))
  const health = access.health.map(({ component, is, evidence }) => {
    const mark = is === 'ok' ? MARKS.pass : is === 'bad' ? MARKS.fail : MARKS.unknown
    return `  ${unicode ? mark.sign : mark.ascii} ${padEnd(component, names)}  ${evidence}`
  })
  return [
    '',
    'Access',
    ...rows.map(([key, value]) => `  ${padEnd(key, keys)}  ${value}`),
    ...health,
    '→ Show the secrets:',
    '    thinkube-langfuse credentials --reveal',
  ]
}
