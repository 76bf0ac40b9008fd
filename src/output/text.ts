import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'
import type { Text } from '../engine/problem.ts'

/** Width of a cell grid that a text may fill; prose wider than this is hard to read. */
export const contentWidth = (columns: number): number => Math.max(20, Math.min(columns - 4, 96))

/**
 * Lines of a text. Prose is wrapped; a command and a link stand alone on a line, unwrapped, so that they can be copied.
 */
export function linesOf(text: Text, width: number): string[] {
  const tokens = typeof text === 'string' ? [text] : text
  const lines: string[] = []
  let prose = ''
  const flush = () => {
    if (prose.trim()) lines.push(...wrap(prose.trim(), width))
    prose = ''
  }
  for (const token of tokens) {
    if (typeof token === 'string') prose += token
    else if ('command' in token) {
      flush()
      lines.push(`  ${token.command}`)
    } else if ('link' in token) {
      flush()
      lines.push(`  ${token.link}`)
    } else prose += 'path' in token ? token.path : token.value
  }
  // What is left after a command is its full stop or question mark.
  if (/^[\s.?!:,]*$/.test(prose)) prose = ''
  flush()
  return lines
}

export function wrap(text: string, width: number): string[] {
  return text
    .split('\n')
    .flatMap(line => wrapAnsi(line, width, { hard: false, trim: true }).split('\n'))
    .map(line => line.trimEnd())
}

/** Pads by cells on the screen, not by characters. */
export const padEnd = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - stringWidth(text)))

/** `0.4 s`, `12 s`, `3 min 05 s` */
export function duration(ms: number): string {
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`
}

/** Outside ASCII, for terminals that cannot: typographic signs get their plain twin. */
export function ascii(text: string): string {
  return text
    .replaceAll('–', '-')
    .replaceAll('—', '-')
    .replaceAll('…', '...')
    .replaceAll('·', '-')
    .replaceAll('→', '->')
    .replaceAll(/[«»]/g, '"')
    .replaceAll(/[‹›]/g, "'")
    .replaceAll('’', "'")
    .replaceAll('≥', '>=')
    .replaceAll('≤', '<=')
}
