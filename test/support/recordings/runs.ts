import type { PlannedStep } from '../../../src/engine/events.ts'
import { ACCESS, type CastTask, CHECKS, PROBLEMS, plan, SETTINGS, TASKS } from './cast.ts'
import { confirmed, created, ending, opening, planned, preflight, verified, work } from './scenes.ts'
import { record } from './tape.ts'

const NEXT_STEPS = [
  ['Open ', { link: 'https://langfuse.tk.test' }],
  ['Use it from code: ', { command: 'eval "$(thinkube-langfuse credentials --format env --reveal)"' }],
  ['Look after it: ', { command: 'thinkube-langfuse status' }],
] as const

export const happy = record('happy', tape => {
  opening(tape)
  preflight(tape, {
    access: { outcome: 'warn', evidence: 'access_management = 0', problem: PROBLEMS.access },
  })
  planned(tape)
  confirmed(tape)
  work(tape, { settle: () => created() })
  verified(tape)
  tape.emit({ type: 'access.ready', access: ACCESS })
  ending(tape, 'ok', { exitCode: 0, next: NEXT_STEPS })
})

export const refused = record('refused', tape => {
  opening(tape)
  const unlooked = (title: string) =>
    ({ outcome: 'skipped', because: `not run, because «${title}» did not pass`, ms: 0 }) as const
  preflight(tape, {
    postgres: { outcome: 'fail', problem: PROBLEMS.password },
    roles: unlooked(CHECKS.postgres.title),
    clickhouse: { outcome: 'fail', problem: PROBLEMS.clickhouse },
    access: unlooked(CHECKS.clickhouse.title),
    worker: { outcome: 'fail', problem: PROBLEMS.image },
    tls: { outcome: 'unknown', because: 'the host is not reachable from here' },
  })
  ending(tape, 'refused', {
    exitCode: 3,
    reason: '3 checks failed',
    next: ['Mend these, in this order, and run the same command again'],
  })
})

const FAILURE = {
  type: 'choice',
  id: 'failure',
  text: 'What now?',
  choices: [
    { value: 'retry', label: 'Try again', hint: 'continues at this step' },
    { value: 'undo', label: 'Undo this run', hint: 'takes back what this run created' },
    { value: 'leave', label: 'Leave', hint: 'what is done stays; run again to continue' },
  ],
} as const

const failAt = (id: string) => (one: CastTask) =>
  one.info.id === id ? ({ outcome: 'failed', ms: 62_000, problem: PROBLEMS.pull } as const) : created()

export const failing = record('failing', tape => {
  opening(tape)
  preflight(tape)
  planned(tape)
  confirmed(tape)
  work(tape, { settle: failAt('workload/web') })
  tape.emit({ type: 'question.asked', question: FAILURE })
  tape.wait(3_000)
  tape.emit({ type: 'question.answered', id: 'failure', answer: 'leave' })
  ending(tape, 'failed', {
    exitCode: 1,
    problem: PROBLEMS.pull,
    next: ['Run the same command again: it continues where it stopped'],
  })
})

/** Fails, is tried again, succeeds; the retries of the engine itself show too. */
export const retried = record('retried', tape => {
  opening(tape)
  preflight(tape)
  planned(tape)
  confirmed(tape)
  work(tape, { settle: failAt('workload/web') })
  tape.emit({ type: 'question.asked', question: FAILURE })
  tape.emit({ type: 'question.answered', id: 'failure', answer: 'retry' })
  let passed = false
  work(tape, {
    settle: one => {
      passed ||= one.info.id === 'workload/web'
      return passed ? created() : { outcome: 'unchanged', ms: 20 }
    },
    during: (one, { info }) =>
      one.emit({
        type: 'step.retrying',
        id: info.id,
        attempt: 1,
        waitMs: 2_000,
        problem: PROBLEMS.clickhouse,
      }),
  })
  verified(tape)
  tape.emit({ type: 'access.ready', access: ACCESS })
  ending(tape, 'ok', { exitCode: 0, next: NEXT_STEPS })
})

export const cancelled = record('cancelled', tape => {
  opening(tape)
  preflight(tape)
  planned(tape)
  confirmed(tape)
  work(tape, {
    settle: one => (one.info.id === 'workload/config-secret' ? { outcome: 'cancelled', ms: 80 } : created()),
  })
  ending(tape, 'cancelled', {
    exitCode: 130,
    reason: 'interrupted',
    next: ['Run the same command again: it continues where it stopped'],
  })
})

const untilWorkload = ({ info }: { info: { id: string } }) => !info.id.startsWith('workload/')

export const resumed = record('resumed', tape => {
  opening(tape)
  preflight(tape)
  planned(
    tape,
    plan(one => ({ change: untilWorkload(one) ? 'none' : 'create' })),
  )
  confirmed(tape)
  work(tape, { settle: one => (untilWorkload(one) ? { outcome: 'unchanged', ms: 20 } : created()) })
  verified(tape)
  tape.emit({ type: 'access.ready', access: ACCESS })
  ending(tape, 'ok', { exitCode: 0, next: NEXT_STEPS })
})

export const unchanged = record('unchanged', tape => {
  opening(tape)
  preflight(tape)
  planned(
    tape,
    plan(() => ({ change: 'none' })),
  )
  work(tape, { settle: () => ({ outcome: 'unchanged', ms: 20 }) })
  verified(tape)
  tape.emit({ type: 'access.ready', access: ACCESS })
  ending(tape, 'ok', { exitCode: 0, next: NEXT_STEPS })
})

export const drifted = record('drifted', tape => {
  opening(tape)
  preflight(tape)
  const drift: Record<string, Partial<PlannedStep>> = {
    'workload/web': {
      change: 'repair',
      differences: [
        { field: 'spec.replicas', actual: '0', wanted: '1' },
        {
          field: 'image',
          actual: 'registry.tk.test/library/langfuse:3.112.0',
          wanted: 'registry.tk.test/library/langfuse:3.113.0',
        },
      ],
    },
    'identity/keycloak-client': {
      change: 'repair',
      differences: [
        { field: 'redirectUris', actual: 'https://old.tk.test/*', wanted: 'https://langfuse.tk.test/*' },
      ],
    },
    'analytics/grant': { change: 'unknown', because: 'ClickHouse does not show the grants of others' },
    'publish/service-config': { change: 'blocked', because: 'it belongs to argocd' },
  }
  planned(
    tape,
    plan(one => drift[one.info.id] ?? { change: 'none' }),
  )
  confirmed(tape)
  work(tape, {
    settle: one =>
      drift[one.info.id]?.change === 'repair' ? created('repaired') : { outcome: 'unchanged', ms: 20 },
  })
  verified(tape)
  tape.emit({ type: 'access.ready', access: ACCESS })
  ending(tape, 'ok', { exitCode: 0, next: NEXT_STEPS })
})

const KEPT = 'its data is kept; --purge names what to destroy'

export const rolledBack = record('rolled-back', tape => {
  opening(tape, 'rollback')
  const kept = (one: CastTask) => ['PostgreSQL', 'ClickHouse', 'S3', 'thinkube-langfuse'].includes(one.system)
  planned(
    tape,
    plan(one => (kept(one) ? { change: 'keep', because: KEPT } : { change: 'remove' })).toReversed(),
  )
  const text = [
    'This removes Langfuse from ',
    { value: 'admin@thinkube' },
    '. Type ',
    { value: 'langfuse' },
    ' to confirm.',
  ]
  tape.emit({
    type: 'question.asked',
    question: { type: 'typed', id: 'rollback', text, expected: 'langfuse' },
  })
  tape.wait(5_000)
  tape.emit({ type: 'question.answered', id: 'rollback', answer: 'langfuse' })
  const undo = TASKS.toReversed().map(one => ({
    one,
    info: { ...one.info, kind: 'undo', group: one.system } as const,
  }))
  tape.emit({
    type: 'phase.started',
    id: 'rollback',
    title: 'Rollback',
    kind: 'undo',
    steps: undo.map(({ info }) => info),
  })
  for (const { one, info } of undo) {
    tape.step(
      info,
      kept(one)
        ? { outcome: 'kept', evidence: one.subject, because: KEPT, ms: 10 }
        : { outcome: 'removed', evidence: one.subject, ms: 900 },
    )
  }
  ending(tape, 'ok', {
    exitCode: 0,
    next: [['Install again, with the same keys: ', { command: 'thinkube-langfuse install' }]],
  })
})

export const locked = record('locked', tape => {
  opening(tape)
  preflight(tape)
  ending(tape, 'locked', { exitCode: 8, problem: PROBLEMS.locked })
})

export const unhealthy = record('unhealthy', tape => {
  opening(tape)
  preflight(tape)
  planned(tape)
  confirmed(tape)
  work(tape, { settle: () => created() })
  verified(tape, { 'verify/otel-trace': { outcome: 'fail', ms: 60_000, problem: PROBLEMS.trace } })
  const health = ACCESS.health.map(one =>
    one.component === 'Worker' ? ({ ...one, is: 'bad', evidence: 'nothing takes jobs' } as const) : one,
  )
  tape.emit({ type: 'access.ready', access: { ...ACCESS, health } })
  ending(tape, 'unhealthy', {
    exitCode: 5,
    next: [['Find the cause: ', { command: 'thinkube-langfuse diagnose' }]],
  })
})

export const talkative = record('talkative', tape => {
  opening(tape)
  preflight(tape)
  planned(tape)
  confirmed(tape)
  work(tape, {
    settle: one => (one.info.id === 'workload/web' ? undefined : created()),
    during: (one, { info }) => {
      if (info.id !== 'workload/web') return
      one.emit({ type: 'step.applying', id: info.id })
      for (let index = 1; index <= 200; index++) {
        one.wait(50)
        const line = `2026-03-02 09:01:${index} info ${'migration applied '.repeat(1 + (index % 9))}${index}`
        one.emit({ type: 'step.logged', id: info.id, line })
      }
    },
  })
})

const LONG = 'namespace-with-a-name-as-long-as-kubernetes-allows-it-to-be-63ch'

export const longNames = record('long-names', tape => {
  tape.emit({
    type: 'run.started',
    command: 'install',
    version: '0.1.0-rc.12+build.2026',
    cluster: {
      context: `arn:aws:eks:eu-central-1:123456789012:cluster/${LONG}`,
      server: `https://${LONG}.${LONG}.example.test:6443`,
    },
    namespace: LONG,
  })
  const settings = SETTINGS.map(one => ({
    key: `${one.key}.${LONG}`,
    value: `${LONG}/${one.value}/日本語の名前`,
    origin: `Secret ${LONG}/${LONG}`,
  }))
  tape.emit({ type: 'settings.found', settings })
  const problem = {
    ...PROBLEMS.password,
    summary: `PostgreSQL refuses ${LONG} at ${LONG}: ${'データベース'.repeat(9)}`,
    detail: [`${LONG.repeat(4)} 🚀 ${'é'.repeat(80)}`],
    nextSteps: [
      ['Run ', { command: `kubectl -n ${LONG} get secret ${LONG} -o yaml --context ${LONG}` }] as const,
    ],
  }
  preflight(tape, {
    postgres: { outcome: 'fail', problem },
    valkey: { outcome: 'pass', evidence: `${LONG} `.repeat(5) },
  })
  planned(
    tape,
    plan(one => ({
      subject: `${one.subject} ${LONG}`,
      change: 'repair',
      differences: [{ field: LONG, actual: LONG, wanted: `${LONG}日本語` }],
    })),
  )
  const text = `Type ${LONG} to go on.`
  tape.emit({ type: 'question.asked', question: { type: 'typed', id: 'name', text, expected: LONG } })
  tape.emit({ type: 'question.answered', id: 'name', answer: LONG })
  ending(tape, 'refused', {
    exitCode: 3,
    reason: `${LONG} ${LONG}`,
    problem,
    next: [[{ link: `https://${LONG}.${LONG}.test/${LONG}` }]],
  })
})

export const checked = record('checked', tape => {
  opening(tape, 'check')
  preflight(tape, {
    tls: { outcome: 'unknown', because: 'the host is not reachable from here', problem: PROBLEMS.access },
  })
  ending(tape, 'ok', { exitCode: 0, reason: '1 not looked at' })
})

export const recordings = [
  happy,
  refused,
  failing,
  retried,
  cancelled,
  resumed,
  unchanged,
  drifted,
  rolledBack,
  locked,
  unhealthy,
  talkative,
  longNames,
  checked,
] as const
