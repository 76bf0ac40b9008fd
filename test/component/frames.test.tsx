import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cleanup, render } from 'ink-testing-library'
import { afterEach, expect, it, vi } from 'vitest'
import { App } from '../../components/App.tsx'
import { hintsOf } from '../../src/tui/keymap.ts'
import { failing, retried, rolledBack } from '../support/recordings/runs.ts'
import type { Recording } from '../support/recordings/tape.ts'
import { FACES, statesOf } from '../support/variants.ts'

// Drawing is slow on a machine that builds at the same time; nothing here waits for it.
vi.setConfig({ testTimeout: 60_000 })

afterEach(cleanup)

const plain = (text: string | undefined): string => (text ?? '').replace(/\u001b\[[0-9;]*m/g, '')

/** Draws a whole run, frame after frame, in one tree. */
function play(recording: Recording, capabilities: (typeof FACES)[keyof typeof FACES]) {
  const states = statesOf(recording, { size: { columns: 100, rows: 30 }, capabilities })
  const [start, ...rest] = states
  const app = render(<App state={start!} keys={hintsOf(start!)} />)
  for (const state of rest) app.rerender(<App state={state} keys={hintsOf(state)} />)
  return { frames: app.frames.map(plain), last: plain(app.lastFrame()), states }
}

it.each([retried, rolledBack])('$name: paper grows in order and nothing is printed twice', recording => {
  const { frames, last, states } = play(recording, FACES.colour)
  expect(frames.length).toBeGreaterThan(10)
  const settled = states.at(-1)!.paper.flatMap(item => (item.is === 'step' ? [item.step.info.title] : []))
  let at = 0
  for (const title of settled) {
    const found = last.indexOf(title, at)
    expect(found, title).toBeGreaterThanOrEqual(at)
    at = found
  }
})

it.each([failing])('$name: a screen reader hears no motion', recording => {
  const { frames } = play(recording, FACES['screen reader'])
  expect(frames.join('')).not.toMatch(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/)
  const repeated = frames.filter((frame, index) => frame === frames[index - 1])
  // Most events change nothing that is read out.
  expect(frames.length - repeated.length).toBeLessThan(frames.length)
})

it('has exactly one Static, at the root', () => {
  const files = readdirSync('components', { recursive: true, encoding: 'utf8' }).filter(file =>
    /\.tsx?$/.test(file),
  )
  const using = files.filter(file => /<Static\b/.test(readFileSync(join('components', file), 'utf8')))
  expect(using).toEqual(['App.tsx'])
})

it('reads keys in one place and never by hooks', () => {
  const folders = ['components', 'src/tui']
  const sources = folders.flatMap(folder =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter(file => /\.tsx?$/.test(file))
      .map(file => readFileSync(join(folder, file), 'utf8')),
  )
  for (const source of sources)
    expect(source).not.toMatch(/\buse(Input|Focus|FocusManager|Effect|State|Stdin)\s*\(/)
})
