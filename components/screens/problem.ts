import { flatten } from '../../src/engine/problem.ts'
import { type Found, problemsOf } from '../../src/engine/problems.ts'
import { elapsedMs } from '../../src/engine/select.ts'
import type { State } from '../../src/engine/state.ts'
import { type Brush, moreRows } from '../drawing/brush.ts'
import { duration } from '../drawing/duration.ts'
import { type Line, line, span } from '../drawing/line.ts'
import { problemCard } from '../parts/problem-card.ts'
import { block, type Drawing, titleBlock, WEIGHT } from './drawing.ts'
import { nextRows } from './next-rows.ts'
import { askBlocks } from './review.ts'
import { typedBlocks } from './rollback.ts'

/** What went wrong, what was seen, what to do, and what can be answered. */
export const problem: Drawing = (state, brush) => {
  const found = problemsOf(state)
  const selected = found[Math.min(state.view.cursor, found.length - 1)]
  const full = selected ? problemCard(selected, brush, { size: 'full' }) : []
  const plain = selected ? problemCard(selected, brush, { size: 'plain' }) : []
  const short = selected ? problemCard(selected, brush, { size: 'short' }) : []
  return [
    titleBlock(brush, verdictLine(state, found.length), { role: 'bad', right: duration(elapsedMs(state)) }),
    block(found.length > 1 ? found.map((one, index) => row(one, index, state, brush)) : [], {
      min: Math.min(3, found.length),
      weight: WEIGHT.title + 1,
      keep: state.view.cursor,
      more: moreRows(brush),
    }),
    block(full, {
      variants: [full, plain, short],
      min: Math.min(3, short.length),
      weight: WEIGHT.main,
      more: moreRows(brush),
    }),
    ...typedBlocks(state, brush),
    ...askBlocks(state, brush),
    block(state.finished ? nextRows(state, brush) : [], { weight: WEIGHT.side }),
  ]
}

function verdictLine({ finished, phases }: State, count: number): string {
  const many = count > 1 ? `${count} problems` : 'A problem'
  switch (finished?.status) {
    case 'refused':
      return `${many} to mend first; nothing was changed`
    case 'locked':
      return 'Somebody else is at work; nothing was changed'
    case 'unhealthy':
      return `Not all is well: ${count > 1 ? many : 'a problem'}`
    case 'remains':
      return 'Something remains'
    case 'bug':
      return 'This is a bug of ours'
    case undefined:
      return phases.at(-1)?.kind === 'check' ? `${many} to mend first` : 'A step did not succeed'
    default:
      return 'The run stopped at a problem'
  }
}

function row({ problem: one }: Found, index: number, { view }: State, brush: Brush): Line {
  const at = index === view.cursor
  const start = at ? span(`${brush.glyphs.pointer} `, 'accent') : span('  ')
  const number = span(`${index + 1} `, 'muted')
  return brush.clip(line(start, number, span(flatten(one.summary), at ? 'strong' : 'plain')))
}
