/** What the terminal and the person in front of it can take. */
export interface Capabilities {
  readonly colour: boolean
  readonly unicode: boolean
  readonly columns: number
  readonly rows: number
  readonly screenReader: boolean
  readonly reducedMotion: boolean
}

export interface TerminalFacts {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdoutIsTty: boolean
  readonly columns?: number | undefined
  readonly rows?: number | undefined
}

export interface DisplayFlags {
  readonly color?: boolean
  readonly ascii?: boolean
  readonly screenReader?: boolean
}

const isOn = (value: string | undefined) => value !== undefined && !['', '0', 'false', 'no'].includes(value)

/** Flags win over the environment, the environment over what the terminal says of itself. */
export function capabilitiesOf(flags: DisplayFlags, { env, ...terminal }: TerminalFacts): Capabilities {
  const screenReader = flags.screenReader ?? isOn(env.INK_SCREEN_READER)
  return {
    colour: flags.color ?? wantsColour(env, terminal.stdoutIsTty),
    unicode: !flags.ascii && speaksUnicode(env),
    // Pipes and some hosts report no size.
    columns: terminal.columns || Number(env.COLUMNS) || 80,
    rows: terminal.rows || Number(env.LINES) || 24,
    screenReader,
    reducedMotion: screenReader || isOn(env.REDUCED_MOTION) || isOn(env.NO_MOTION),
  }
}

function wantsColour(env: TerminalFacts['env'], stdoutIsTty: boolean): boolean {
  // no-color.org: present and not empty, whatever its value. It beats FORCE_COLOR, which a CI may set for everyone.
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false'
  return stdoutIsTty && env.TERM !== 'dumb'
}

function speaksUnicode(env: TerminalFacts['env']): boolean {
  // The Linux console has a font of 512 glyphs.
  if (env.TERM === 'linux' || env.TERM === 'dumb') return false
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG
  // A locale that was never set is the rule in containers; their terminals speak UTF-8 all the same.
  return locale === undefined || locale === '' || /utf-?8/i.test(locale)
}
