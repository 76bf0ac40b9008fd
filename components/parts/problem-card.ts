import type { Found } from '../../src/engine/problems.ts'
import type { Brush } from '../drawing/brush.ts'
import { blank, indent, type Line, line, span } from '../drawing/line.ts'
import { wrap } from '../drawing/wrap.ts'
import { tokenText } from './token-text.ts'

export interface CardOptions {
  /** `short`: summary and the first thing to do. `line`: the summary alone. */
  readonly size: 'full' | 'plain' | 'short'
  readonly role?: 'bad' | 'warn'
  readonly whole?: boolean
}

/** What is wrong, what was seen, what to do next: the same card everywhere, in three sizes. */
export function problemCard({ problem, step }: Found, brush: Brush, options: CardOptions): readonly Line[] {
  const { glyphs } = brush
  const { size, role = 'bad', whole = false } = options
  const width = brush.width - 2
  const start = role === 'bad' ? glyphs.bad : glyphs.warn
  const summary = tokenText(problem.summary, { width, role: role === 'bad' ? 'strong' : 'plain', whole })
  const titled = summary.map((row, index) => [span(index === 0 ? `${start} ` : '  ', role), ...row])
  const steps = problem.nextSteps.map((text, index) => {
    const number = problem.nextSteps.length > 1 && size !== 'short' ? `${index + 1}. ` : `${glyphs.arrow} `
    const rows = tokenText(text, { width: width - number.length, whole })
    return rows.map((row, at) => [
      span(`  ${at === 0 ? number : ' '.repeat(number.length)}`, 'muted'),
      ...row,
    ])
  })
  if (size === 'short') return [...titled, ...(steps[0] ?? [])]

  const detail = (problem.detail ?? []).flatMap(text =>
    indent(2, tokenText(text, { width, role: 'muted', whole })),
  )
  const from = step ? ` ${glyphs.dot} ${step.info.title}` : ''
  const code = indent(2, wrap([span(`${problem.code}${from}`, 'muted')], width))
  const heading = (text: string): Line => line(span(`  ${text}`, 'strong'))
  if (size === 'plain') return [...titled, ...detail, ...steps.flat(), ...code]
  return [
    ...titled,
    ...code,
    ...(detail.length ? [blank, heading('What we saw'), ...detail] : []),
    ...(steps.length ? [blank, heading('What to do'), ...steps.flat()] : []),
  ]
}
