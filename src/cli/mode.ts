/** Which face of the program a run shows. */
export type Mode = 'tui' | 'plain' | 'json' | 'ndjson'

export interface ModeFacts {
  /** `-o`, when given. */
  readonly output: 'plain' | 'json' | 'ndjson' | undefined
  readonly stdinIsTty: boolean
  readonly stdoutIsTty: boolean
  readonly env: Readonly<Record<string, string | undefined>>
}

/** The screen needs a person on both ends: keys come in by stdin and frames go out by stdout. */
export function modeOf({ output, stdinIsTty, stdoutIsTty, env }: ModeFacts): Mode {
  if (output) return output
  return stdinIsTty && stdoutIsTty && env.TERM !== 'dumb' && !isCi(env) ? 'tui' : 'plain'
}

/**
 * The rule Ink itself applies when it is loaded. Were ours weaker, Ink would draw its last frame only, at the end.
 * An empty value counts as set.
 */
export function isCi(env: ModeFacts['env']): boolean {
  return ['CI', 'CONTINUOUS_INTEGRATION'].some(
    name => env[name] !== undefined && env[name] !== '0' && env[name] !== 'false',
  )
}
