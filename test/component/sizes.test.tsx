import { renderToString } from 'ink'
import stringWidth from 'string-width'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { App } from '../../components/App.tsx'
import { textOf } from '../../components/drawing/line.ts'
import { liveLines } from '../../components/layouts/live.ts'
import { screenReaderLines } from '../../components/layouts/screen-reader.ts'
import { contentWidth, liveRows } from '../../src/engine/fit.ts'
import { flatten } from '../../src/engine/problem.ts'
import { problemsOf } from '../../src/engine/problems.ts'
import { screenOf } from '../../src/engine/screen.ts'
import { choicesOf } from '../../src/engine/select.ts'
import type { State } from '../../src/engine/state.ts'
import type { Panel } from '../../src/engine/view.ts'
import { hintsOf } from '../../src/tui/keymap.ts'
import { recordings } from '../support/recordings/runs.ts'
import { COLUMNS, FACES, landmarks, ROWS, statesOf, viewed } from '../support/variants.ts'

// Drawing is slow on a machine that builds at the same time; nothing here waits for it.
vi.setConfig({ testTimeout: 60_000 })

const bare = (text: string): string => text.replace(/\s+/g, '')
/** The same picture need not be drawn twice. */
const drawn = new Set<string>()
const widths = new Map<string, number>()

function width(row: string): number {
  const known = widths.get(row) ?? stringWidth(row)
  widths.set(row, known)
  return known
}
const counts = { counted: 0, rendered: 0 }

afterAll(() => {
  process.stdout.write(`frames drawn: ${counts.counted} counted, ${counts.rendered} rendered by Ink\n`)
})

/** What no terminal is too small for. Plain comparisons: thousands of `expect` calls take longer than the drawing. */
function expectEssentials(state: State, frame: string): void {
  const seen = bare(frame)
  const screen = screenOf(state)
  const needs = (what: string, text: string, length: number) => {
    if (!seen.includes(bare(text).slice(0, length))) expect.fail(`no ${what} «${text}» in:\n${frame}`)
  }
  const [first] = problemsOf(state)
  if (first && (screen === 'problem' || (screen === 'preflight' && !state.view.capabilities.screenReader)))
    needs('problem', flatten(first.problem.summary), 16)
  if (state.question && state.view.panel === 'none') needs('question', flatten(state.question.text), 12)
  const chosen = choicesOf(state)[state.view.choice]
  if (chosen) needs('answer', chosen.label, 12)
}

function count(state: State): void {
  const { capabilities, size } = state.view
  const draw = capabilities.screenReader ? screenReaderLines : liveLines
  const lines = draw(state, hintsOf(state)).map(textOf)
  counts.counted++
  if (lines.length > liveRows(size.rows))
    expect.fail(`${lines.length} rows in ${size.rows}:\n${lines.join('\n')}`)
  const widest = Math.max(0, ...lines.map(width))
  if (widest > contentWidth(size.columns))
    expect.fail(`${widest} cells at ${size.columns}:\n${lines.join('\n')}`)
  expectEssentials(state, lines.join('\n'))
}

/** Seen at every event; the landmarks of a run are seen at all sizes. */
const corners = [
  { columns: 40, rows: 10 },
  { columns: 60, rows: 16 },
  { columns: 80, rows: 24 },
]
const sizes = COLUMNS.flatMap(columns => ROWS.map(rows => ({ columns, rows })))

describe.each(recordings)('$name', recording => {
  it('fits at every event of the run', () => {
    for (const size of corners) for (const state of statesOf(recording, { size })) count(state)
  })

  it('fits at its landmarks in every terminal', () => {
    for (const size of sizes)
      for (const face of ['colour', 'screen reader'] as const)
        for (const state of landmarks(recording, { size, capabilities: FACES[face] })) count(state)
  })

  it('fits with each sheet open', () => {
    const panels: readonly Panel[] = ['help', 'settings', 'log', 'detail', 'leave', 'credentials']
    for (const size of corners)
      for (const state of landmarks(recording, { size }))
        for (const panel of panels) {
          count(viewed(state, { panel, cursor: 3, hint: { text: 'x'.repeat(200), is: 'ok' } }))
        }
  })

  it('is drawn by Ink exactly as it was counted', () => {
    for (const size of [corners[0]!, corners[2]!])
      for (const [face, capabilities] of Object.entries(FACES))
        for (const state of landmarks(recording, { size, capabilities })) {
          const where = `${screenOf(state)} ${size.columns}×${size.rows} ${face}`
          const drawing = liveLines(state, hintsOf(state)).map(textOf).join('\n')
          if (drawn.has(`${face}${drawing}`)) continue
          drawn.add(`${face}${drawing}`)
          const live = renderToString(<App state={{ ...state, paper: [] }} keys={hintsOf(state)} />, size)
          const rows = live.split('\n')
          counts.rendered++
          expect(rows.length, where).toBeLessThanOrEqual(liveRows(size.rows))
          for (const row of rows) expect(width(row), where).toBeLessThanOrEqual(size.columns - 2)
          expectEssentials(state, live.replace(/\u001b\[[0-9;]*m/g, ''))
          if (!capabilities.color) expect(live, where).not.toContain('\u001b[')
          expect(live.match(/⠋/g)?.length ?? 0, where).toBeLessThanOrEqual(1)
        }
  })

  it('has paper no wider than the terminal', () => {
    for (const columns of [40, 80])
      for (const capabilities of [FACES.colour, FACES.ASCII]) {
        const state = statesOf(recording, { size: { columns, rows: 24 }, capabilities }).at(-1)!
        const paper = renderToString(<App state={viewed(state, { left: true })} keys={[]} />, { columns })
        counts.rendered++
        for (const row of paper.split('\n')) expect(width(row)).toBeLessThanOrEqual(columns - 2)
      }
  })
})

it('uses nothing beyond ASCII where only ASCII is wanted', () => {
  const happy = recordings.filter(one => one.name !== 'long-names')
  for (const recording of happy)
    for (const state of landmarks(recording, { capabilities: FACES.ASCII })) {
      const ours = liveLines({ ...state, steps: {}, access: undefined, finished: undefined }, hintsOf(state))
      expect(ours.map(textOf).join('\n')).toMatch(/^[\x20-\x7e\n]*$/)
    }
})
