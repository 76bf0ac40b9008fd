/** What a piece of text is for. Colours follow from it, here and nowhere else. */
export type Role = 'plain' | 'ok' | 'warn' | 'bad' | 'running' | 'muted' | 'strong' | 'accent'

export interface Style {
  readonly color?: string
  readonly bold?: boolean
  readonly dimColor?: boolean
}

// Only the terminal's own sixteen colours: the user's palette already suits the user's background.
const COLORS: Record<Role, Style> = {
  plain: {},
  ok: { color: 'green' },
  warn: { color: 'yellow' },
  bad: { color: 'red', bold: true },
  running: { color: 'cyan' },
  muted: { dimColor: true },
  strong: { bold: true },
  accent: { color: 'cyan' },
}

/** Without colour a mark and a word carry the meaning. */
export const styleOf = (role: Role, color: boolean): Style => (color ? COLORS[role] : {})
