import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { snapshot } from '../../src/platform/memory/snapshot.ts'
import { FOREIGN } from './foreign.ts'
import { catalogue, installedWorld, observe, outsideEscrow, stage, worldBefore } from './stage.ts'

const everything = { content: true, ledger: true }

describe.each(catalogue.map(task => [task.id, task] as const))('%s', (id, task) => {
  it('has its path as its name', async () => {
    const path = fileURLToPath(new URL(`../../tasks/${id}.ts`, import.meta.url))
    const module = (await import(/* @vite-ignore */ path)) as Record<string, unknown>
    expect(Object.values(module)).toContain(task)
  })

  it('says what it is about', async () => {
    const { services } = stage(await worldBefore(task), task)
    expect(task.title).toMatch(/^[A-Z].*[a-z]$/)
    expect(task.subject(services)).not.toBe('')
    if (typeof task.undo !== 'function') expect(task.undo.keep).not.toBe('')
  })

  it('is absent before and present after, and looking writes nothing', async () => {
    const absent = stage(await worldBefore(task), task)
    const before = snapshot(absent.world, everything)
    expect((await observe(task, absent)).is).toBe('absent')
    expect(absent.platform.journal.writes()).toEqual([])
    expect(snapshot(absent.world, everything)).toEqual(before)

    expect(await absent.apply()).toMatchObject({ is: 'done', changed: 1 })

    const present = stage(structuredClone(absent.world), task)
    const after = snapshot(present.world, everything)
    expect((await observe(task, present)).is).toBe('present')
    expect(present.platform.journal.writes()).toEqual([])
    expect(snapshot(present.world, everything)).toEqual(after)
  })

  it('applied twice is applied once', async () => {
    const once = stage(await worldBefore(task), task)
    await once.apply()
    const after = snapshot(once.world)
    const again = stage(once.world, task)
    expect(await again.apply()).toMatchObject({ is: 'done', changed: 0 })
    expect(again.platform.journal.writes()).toEqual([])
    expect(snapshot(once.world)).toEqual(after)
  })

  it('undone leaves the world as it was, or says why it stays', async () => {
    if (typeof task.undo !== 'function') return
    const stand = stage(await worldBefore(task), task)
    const before = outsideEscrow(stand.world)
    await stand.apply()
    expect(await stand.undo()).toMatchObject({ left: [], cancelled: false })
    expect(outsideEscrow(stand.world)).toEqual(before)
    const whole = snapshot(stand.world, everything)
    expect(await stand.undo()).toMatchObject({ removed: 0, left: [] })
    expect(snapshot(stand.world, everything)).toEqual(whole)
  })

  it('does not touch what belongs to somebody else', async () => {
    expect(Object.keys(FOREIGN)).toContain(id)
    const make = FOREIGN[id]
    if (!make) return
    const world = await worldBefore(task)
    make(world)
    const stand = stage(world, task)
    const before = snapshot(world)
    expect(await stand.apply()).toMatchObject({ is: 'failed', problem: { code: 'task/foreign' } })
    expect(stand.platform.journal.writes()).toEqual([])
    expect(snapshot(world)).toEqual(before)
  })
})

describe('the catalogue', () => {
  it('names no task twice and needs nothing that comes later', () => {
    expect(new Set(catalogue.map(task => task.id)).size).toBe(catalogue.length)
    for (const [index, task] of catalogue.entries()) {
      for (const need of Object.values(task.needs as Record<string, unknown>))
        expect(catalogue.slice(0, index), `${task.id} comes after what it needs`).toContain(need)
    }
  })

  it('changes nothing where everything is there', async () => {
    const world = await installedWorld()
    for (const task of catalogue) {
      const stand = stage(world, task)
      expect(await stand.apply()).toMatchObject({ is: 'done', changed: 0 })
      expect(stand.platform.journal.writes()).toEqual([])
    }
  })
})
