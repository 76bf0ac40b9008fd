import { expect, it } from 'vitest'
import { type Block, contentWidth, fitRows, liveRows } from '../../../src/engine/fit.ts'

const rows = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${name}${at}`)
const block = (lines: readonly string[], more: Partial<Block<string>> = {}): Block<string> => ({
  variants: [lines],
  min: 0,
  weight: 1,
  ...more,
})

it('never exceeds the budget, whatever is asked of it', () => {
  for (let budget = 1; budget <= 40; budget++)
    for (let first = 0; first <= 12; first += 3)
      for (let second = 0; second <= 30; second += 5) {
        const blocks = [
          block(rows('a', first), { min: 3, weight: 9, gap: true }),
          block(rows('b', second), { min: 2, keep: second - 1, gap: true, more: hidden => `+${hidden}` }),
          block(rows('c', 5), { min: 5, weight: 5, keep: 'tail', gap: true }),
        ]
        expect(fitRows(blocks, budget, '').length).toBeLessThanOrEqual(budget)
      }
})

it('lets the lightest go first', () => {
  const blocks = [
    block(rows('light', 3), { min: 3, weight: 1 }),
    block(rows('heavy', 3), { min: 3, weight: 2 }),
  ]
  expect(fitRows(blocks, 4, '')).toEqual(rows('heavy', 3))
})

it('takes the fullest variant that fits', () => {
  const variants = [rows('full', 9), rows('short', 4), rows('terse', 1)]
  const fitted = (budget: number) => fitRows([block([], { variants, min: 1 })], budget, '')
  expect(fitted(9)).toEqual(rows('full', 9))
  expect(fitted(5)).toEqual(rows('short', 4))
  expect(fitted(2)).toEqual(rows('terse', 1))
})

it('keeps the chosen row in sight and says how many are hidden', () => {
  const list = block(rows('', 20), { keep: 10, more: hidden => `${hidden} more` })
  expect(fitRows([list], 5, '')).toEqual(['9 more', '9', '10', '11', '8 more'])
})

it('keeps head or tail', () => {
  const more = (hidden: number) => `${hidden} more`
  expect(fitRows([block(rows('', 9), { keep: 'tail', more })], 3, '')).toEqual(['7 more', '7', '8'])
  expect(fitRows([block(rows('', 9), { more })], 3, '')).toEqual(['0', '1', '7 more'])
})

it('spends empty rows only where there is room', () => {
  const blocks = [block(['a']), block(['b'], { gap: true })]
  expect(fitRows(blocks, 20, '')).toEqual(['a', '', 'b'])
  expect(fitRows(blocks, 10, '')).toEqual(['a', 'b'])
})

it('stays off the edges', () => {
  expect([40, 80, 200].map(contentWidth)).toEqual([36, 76, 96])
  expect([10, 24].map(liveRows)).toEqual([8, 22])
})
