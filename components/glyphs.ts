/** Every glyph is exactly one cell wide in every terminal's table; no emoji, no variation selectors (ink#444). */
export interface Glyphs {
  readonly ok: string
  readonly bad: string
  readonly warn: string
  readonly unknown: string
  readonly skipped: string
  readonly unchanged: string
  readonly pending: string
  readonly running: string
  readonly create: string
  readonly repair: string
  readonly remove: string
  readonly keep: string
  readonly pointer: string
  readonly dot: string
  readonly ellipsis: string
  readonly barFull: string
  readonly barEmpty: string
  readonly mask: string
  readonly caret: string
  readonly arrow: string
  readonly up: string
  readonly down: string
  readonly rule: string
}

export const unicode: Glyphs = {
  ok: '✓',
  bad: '✗',
  warn: '!',
  unknown: '?',
  skipped: '-',
  unchanged: '=',
  pending: '·',
  running: '●',
  create: '+',
  repair: '~',
  remove: '-',
  keep: '=',
  pointer: '›',
  dot: '·',
  ellipsis: '…',
  barFull: '█',
  barEmpty: '░',
  mask: '•',
  caret: '▏',
  arrow: '→',
  up: '↑',
  down: '↓',
  rule: '│',
}

export const ascii: Glyphs = {
  ok: '+',
  bad: 'x',
  warn: '!',
  unknown: '?',
  skipped: '-',
  unchanged: '=',
  pending: '.',
  running: '*',
  create: '+',
  repair: '~',
  remove: '-',
  keep: '=',
  pointer: '>',
  dot: '-',
  ellipsis: '~',
  barFull: '#',
  barEmpty: '.',
  mask: '*',
  caret: '_',
  arrow: '>',
  up: '^',
  down: 'v',
  rule: '|',
}

export const glyphsOf = (asciiOnly: boolean): Glyphs => (asciiOnly ? ascii : unicode)
