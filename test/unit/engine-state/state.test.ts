import { describe, expect, it } from 'vitest'
import { problemsOf } from '../../../src/engine/problems.ts'
import { reduce } from '../../../src/engine/reduce.ts'
import { screenOf } from '../../../src/engine/screen.ts'
import { countOf, progressOf, stepsOf, upcoming } from '../../../src/engine/select.ts'
import { initialState, type State } from '../../../src/engine/state.ts'
import { createStore } from '../../../src/engine/store.ts'
import {
  cancelled,
  checked,
  failing,
  happy,
  locked,
  recordings,
  refused,
  retried,
  rolledBack,
  talkative,
} from '../../support/recordings/runs.ts'
import { statesOf } from '../../support/variants.ts'

const story = (states: readonly State[]): readonly string[] => {
  const screens = states.map(screenOf)
  return screens.filter((screen, index) => screen !== screens[index - 1])
}
const end = (recording: typeof happy): State => statesOf(recording).at(-1)!

describe('screens', () => {
  it.each([
    [happy, ['start', 'preflight', 'review', 'work', 'result']],
    [refused, ['start', 'preflight', 'problem']],
    [failing, ['start', 'preflight', 'review', 'work', 'problem', 'work', 'problem']],
    [retried, ['start', 'preflight', 'review', 'work', 'problem', 'work', 'result']],
    [cancelled, ['start', 'preflight', 'review', 'work', 'result']],
    [rolledBack, ['start', 'rollback', 'work', 'result']],
    [locked, ['start', 'preflight', 'problem']],
    [checked, ['start', 'preflight', 'result']],
  ] as const)('$0.name goes through them in order', (recording, screens) => {
    expect(story(statesOf(recording))).toEqual(screens)
  })
})

describe('paper', () => {
  it('only grows', () => {
    for (const recording of recordings) {
      let before = initialState().paper
      for (const { paper } of statesOf(recording)) {
        expect(paper.slice(0, before.length)).toEqual(before)
        before = paper
      }
    }
  })

  it('has every settled task once, and again only when something changed', () => {
    const printed = end(retried).paper.flatMap(item => (item.is === 'step' ? [item.step] : []))
    const tasks = printed.filter(step => step.info.kind === 'task').map(step => step.info.id)
    const twice = tasks.filter((id, index) => tasks.indexOf(id) !== index)
    expect(twice).toEqual(['workload/web'])
  })

  it('has the verdicts once, in the order of the checks', () => {
    const verdicts = end(refused).paper.filter(item => item.is === 'verdicts')
    expect(verdicts).toHaveLength(1)
    expect(verdicts[0]?.steps.map(step => step.info.id)).toEqual(
      stepsOf(end(refused), 'check').map(step => step.info.id),
    )
  })
})

describe('facts', () => {
  it('lists problems in the order in which to mend them', () => {
    expect(problemsOf(end(refused)).map(found => found.problem.code)).toEqual([
      'postgres/login-refused',
      'kubernetes/no-endpoints',
      'registry/image-missing',
    ])
  })

  it('says a problem once although the end of the run repeats it', () => {
    expect(problemsOf(end(failing))).toHaveLength(1)
  })

  it('forgets a problem that a later attempt overcame', () => {
    expect(problemsOf(end(retried))).toEqual([])
  })

  it('counts unknown apart from pass', () => {
    const counts = countOf(stepsOf(end(refused), 'check'))
    expect(Object.fromEntries(counts)).toEqual({ pass: 8, fail: 3, skipped: 2, unknown: 1 })
  })

  it('knows how far the work is and what comes next', () => {
    const state = statesOf(happy).find(one => one.steps['task:storage/events-bucket']?.is === 'running')!
    expect(progressOf(state)).toEqual({ done: 6, total: 16, phase: 4, phases: 8 })
    expect(upcoming(state)[0]).toBe('Bucket for media created')
    expect(upcoming(state)).toHaveLength(9)
  })

  it('keeps only the end of a long log', () => {
    const log = end(talkative).steps['task:workload/web']?.log
    expect(log).toHaveLength(200)
    expect(log?.at(-1)).toMatch(/200$/)
  })
})

it('starts each new screen with a fresh cursor', () => {
  const review = statesOf(happy).find(state => screenOf(state) === 'review')!
  const moved = reduce(reduce(review, { type: 'moved', by: 3 }), { type: 'opened', panel: 'settings' })
  expect(moved.view.cursor).toBe(0)
  expect(reduce(review, { type: 'moved', by: 99 }).view.cursor).toBe(15)
  expect(reduce(review, { type: 'moved', by: -1 }).view.cursor).toBe(0)
})

it('applies messages in order and tells its listeners', () => {
  const store = createStore(initialState())
  let told = 0
  const stop = store.subscribe(() => told++)
  for (const envelope of happy.envelopes) store.dispatch({ type: 'event', envelope })
  stop()
  store.dispatch({ type: 'ticked', now: 1 })
  expect(told).toBe(happy.envelopes.length)
  expect(screenOf(store.getState())).toBe('result')
})
