import type { Role } from '../theme.ts'

/** A run of text with one role. A spinner takes one cell. */
export interface Span {
  readonly text: string
  readonly role?: Role
  readonly spinner?: boolean
}

/** One row of the terminal, already no wider than the content. Rows are counted, never measured. */
export type Line = readonly Span[]

export const span = (text: string, role: Role = 'plain'): Span => ({ text, role })

export const line = (...spans: readonly (Span | string)[]): Line =>
  spans.map(one => (typeof one === 'string' ? span(one) : one))

export const blank: Line = []

export const indent = (by: number, lines: readonly Line[]): readonly Line[] =>
  lines.map(one => (one.length === 0 ? one : [span(' '.repeat(by)), ...one]))

export const textOf = (one: Line): string => one.map(part => part.text).join('')
