import type { Brush } from '../drawing/brush.ts'
import { blank, indent, type Line, line, span } from '../drawing/line.ts'
import { wrap } from '../drawing/wrap.ts'
import { type KeyHint, keyHelp } from '../parts/key-help.ts'

export interface SecretScreen {
  readonly label: string
  readonly value: string
  readonly hint: string | undefined
  readonly keys: readonly KeyHint[]
}

/** Drawn on the alternate screen only. The value is an argument, never part of the state. */
export function secret({ label, value, hint, keys }: SecretScreen, brush: Brush): readonly Line[] {
  return indent(2, [
    line(span(label, 'strong')),
    blank,
    ...wrap([span(value, 'accent')], brush.width),
    blank,
    ...(hint ? [line(span(hint, 'ok')), blank] : []),
    ...keyHelp(keys, brush),
  ])
}
