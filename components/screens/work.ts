import { flatten } from '../../src/engine/problem.ts'
import {
  elapsedMs,
  phaseNow,
  progressOf,
  runningSteps,
  stepInFocus,
  stepMs,
  upcoming,
} from '../../src/engine/select.ts'
import type { State, Step } from '../../src/engine/state.ts'
import type { Brush } from '../drawing/brush.ts'
import { shorten } from '../drawing/cells.ts'
import { ticking } from '../drawing/duration.ts'
import { type Line, line, span } from '../drawing/line.ts'
import { spread } from '../drawing/table.ts'
import { wrap } from '../drawing/wrap.ts'
import { stepMark } from '../parts/mark.ts'
import { progressBar } from '../parts/progress-bar.ts'
import { block, type Drawing, titleBlock, WEIGHT } from './drawing.ts'

/** Only what runs moves; what is settled is paper above. */
export const work: Drawing = (state, brush) => {
  const { done, total, phase, phases } = progressOf(state)
  const title = phaseNow(state)?.title ?? 'Working'
  const counted = phases > 1 ? `phase ${phase} of ${phases}   ` : ''
  const right = `${counted}${done} of ${total} steps   ${ticking(elapsedMs(state))}`
  const running = runningSteps(state)
  const focus = stepInFocus(state)
  const shown = running.length <= 4 ? running : running.slice(0, 3)
  const rows = shown.flatMap(step => runningRows(state, step, brush))
  const rest = running.length - shown.length
  if (rest > 0) rows.push(line(span(`  and ${rest} more`, 'muted')))
  return [
    titleBlock(brush, title, { right }),
    block(rows.length ? rows : [line(span(state.view.cancelling ? 'Settling' : 'One moment', 'muted'))], {
      min: 1,
      weight: WEIGHT.essential,
    }),
    block(stopping(state, brush), { min: 1, weight: WEIGHT.essential }),
    block(logTail(focus, brush), { weight: WEIGHT.side, keep: 'tail' }),
    block(nextRow(state, brush), { weight: WEIGHT.ornament }),
  ]
}

function runningRows(state: State, step: Step, brush: Brush): Line[] {
  const { glyphs, width } = brush
  const time = brush.durations ? line(span(ticking(stepMs(state, step)), 'muted')) : []
  const head = line(stepMark(step, glyphs), ' ', span(step.info.title, 'strong'))
  const rows: Line[] = [spread(head, time, { width, ellipsis: glyphs.ellipsis })]
  if (step.retrying) {
    const { attempt, waitMs, problem } = step.retrying
    const again = `trying again in ${Math.ceil(waitMs / 1000)} s (attempt ${attempt + 1})`
    rows.push(
      brush.clip(
        line('  ', span(`${glyphs.warn} `, 'warn'), span(`${again}: ${flatten(problem.summary)}`, 'warn')),
      ),
    )
  } else if (step.progress?.note) {
    rows.push(brush.clip(line('  ', span(step.progress.note, 'muted'))))
  }
  const bar = step.progress ? progressBar(step.progress, { ...brush, width: width - 2 }) : []
  return [...rows, ...bar.map(one => [span('  '), ...one])]
}

function stopping(state: State, brush: Brush): readonly Line[] {
  if (!state.view.cancelling) return []
  const text = 'Stopping: the running step is settled first. Ctrl-C again leaves at once.'
  return wrap([span(`${brush.glyphs.warn} `, 'warn'), span(text, 'warn')], brush.width)
}

/** The last words of the running step, as much as there is room for. */
function logTail(step: Step | undefined, brush: Brush): readonly Line[] {
  const lines = step?.log.slice(-8) ?? []
  const { rule, ellipsis } = brush.glyphs
  return lines.map(text => line(span(`${rule} ${shorten(text, brush.width - 2, ellipsis)}`, 'muted')))
}

function nextRow(state: State, brush: Brush): readonly Line[] {
  const next = upcoming(state)
  const [first] = next
  if (!first) return []
  const more = next.length > 1 ? `, and ${next.length - 1} more` : ''
  return [brush.clip(line(span(`then  ${first}${more}`, 'muted')))]
}
