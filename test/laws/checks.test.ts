import { describe, expect, it } from 'vitest'
import type { CheckResult } from '../../src/engine/check.ts'
import type { Event } from '../../src/engine/events.ts'
import { makePlan } from '../../src/engine/plan.ts'
import { flatten } from '../../src/engine/problem.ts'
import { runChecks } from '../../src/engine/run-checks.ts'
import { SCENARIOS, worldOf } from '../../src/platform/memory/scenarios.ts'
import { memoryPlatform } from '../../src/platform/memory/services.ts'
import { memorySettings } from '../../src/platform/memory/settings.ts'
import { snapshot } from '../../src/platform/memory/snapshot.ts'
import type { World } from '../../src/platform/memory/world.ts'
import type { PreflightCheck } from '../../tasks/define.ts'
import { phases } from '../../tasks/index.ts'
import { preflight } from '../../tasks/preflight/index.ts'
import { verification } from '../../tasks/verify/index.ts'
import { installInto } from '../support/memory-install.ts'
import { FAILING } from './failing.ts'
import { installedWorld, platformWorld } from './stage.ts'

const PATIENCE_MS = 60_000

/** The settings of the healthy world: a damage is what the settings do not know of. */
function open(world: World, healthy: World) {
  const platform = memoryPlatform(world)
  const services = platform.services(memorySettings(healthy))
  const options = {
    services,
    run: 'law',
    signal: new AbortController().signal,
    clock: services.clock,
    emit: (_: Event) => undefined,
  }
  return { platform, services, options }
}

async function run(check: PreflightCheck, world: World, healthy = world): Promise<CheckResult> {
  const { options } = open(world, healthy)
  const [report] = await runChecks([check], { ...options, kind: 'check' })
  return report!.result
}

/** What a problem owes its reader. */
function expectHelpful(result: CheckResult): void {
  const problem = 'problem' in result ? result.problem : undefined
  if (result.is === 'pass' || result.is === 'skipped') return
  expect(problem, `a ${result.is} without a problem`).toBeDefined()
  expect(problem!.kind).not.toBe('bug')
  expect(problem!.code).toMatch(/^[a-z0-9]+\/[a-z0-9-]+$/)
  expect(flatten(problem!.summary)).not.toBe('')
  expect(problem!.nextSteps.length).toBeGreaterThan(0)
  for (const step of problem!.nextSteps) expect(flatten(step)).not.toBe('')
}

const worldFor = (check: PreflightCheck): Promise<World> | World =>
  check.id.startsWith('verify/') ? installedWorld() : platformWorld()

describe.each([...preflight, ...verification].map(check => [check.id, check] as const))(
  '%s',
  (id, check) => {
    it('passes in a healthy world', async () => {
      expect(await run(check, await worldFor(check))).toMatchObject({ is: 'pass' })
    })

    it('leaves nothing behind', async () => {
      const world = await worldFor(check)
      // What was accepted stays in the bucket: it is what traces can be replayed from.
      const content = !id.endsWith('-trace')
      const before = snapshot(world, { content, ledger: true })
      const { platform, options } = open(world, world)
      await runChecks([check], { ...options, kind: 'check' })
      expect(snapshot(world, { content, ledger: true })).toEqual(before)
      expect(world.valkey.jobs).toEqual([])
      expect(Object.values(world.clickhouse.databases).flatMap(one => Object.keys(one.traces))).toEqual([])
      if (content) expect(platform.journal.writes()).toEqual([])
    })

    it('fails in a world with its own damage, and says what to do', async () => {
      expect(Object.keys(FAILING)).toContain(id)
      const healthy = await worldFor(check)
      const world = structuredClone(healthy)
      FAILING[id]!(world)
      const result = await run(check, world, healthy)
      expect(result.is).toBe('fail')
      expectHelpful(result)
    })
  },
  PATIENCE_MS,
)

describe.each(SCENARIOS.map(scenario => [scenario.name, scenario] as const))(
  'in the world «%s»',
  (name, scenario) => {
    it('every check ends with a verdict that helps, and writes nothing', async () => {
      const world = await worldOf(scenario, { install: installInto })
      const { platform, options } = open(world, structuredClone(world))
      const reports = await runChecks(preflight, { ...options, kind: 'check' })
      for (const { result } of reports) expectHelpful(result)
      expect(platform.journal.writes()).toEqual([])
      if (name === 'fresh')
        expect(reports.map(({ result }) => result.is)).toEqual(preflight.map(() => 'pass'))
    })

    it('the plan writes nothing and is certain about what it can look at', async () => {
      const world = await worldOf(scenario, { install: installInto })
      const before = snapshot(world, { content: true, ledger: true })
      const { platform, options } = open(world, structuredClone(world))
      const steps = await makePlan(phases, options)
      expect(platform.journal.writes()).toEqual([])
      expect(snapshot(world, { content: true, ledger: true })).toEqual(before)
      if (name === 'installed') expect(steps.map(step => step.change)).toEqual(steps.map(() => 'none'))
      if (name === 'fresh') expect(steps.map(step => step.change)).toEqual(steps.map(() => 'create'))
      if (name === 'drifted') {
        const repaired = steps.filter(step => step.change === 'repair').map(step => step.id)
        expect(repaired).toEqual(['database/database', 'identity/keycloak-client', 'workload/worker'])
      }
    })
  },
  PATIENCE_MS,
)
